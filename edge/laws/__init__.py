"""Pure control laws, one a file: law(view, memory, p) -> (opinion, memory).

opinion: None or (p_lo_w, p_hi_w, p_target_w, q_var, reason); None inside means no bound, no wish, not the owner of Q.
memory: None at first, else a tuple of numbers that is the law's whole state. p: the law's parameter section.
"""
