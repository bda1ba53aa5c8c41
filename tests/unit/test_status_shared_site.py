"""What people read of the household's broker and of a fuse that several gateways share."""

from tools.gateway.status import _site_lines

SHARED = {"limit_a": [14.66, 14, 14], "own_a": 12.0, "draw_a": [14.2, 0, 0], "is_master": False, "has_master": True}


def test_lines_of_links_and_shares():
    assert list(_site_lines({})) == []
    link = {"up": False, "accepted": 3, "refused": 1}
    assert list(_site_lines({"site_link": link, "shared_site": SHARED})) == [
        ("site link", "DOWN  3 wishes accepted, 1 refused"),
        ("shared fuse", "draws 14.2 A, may draw 14.7 A, its own are 12.0 A a phase")]
    alone = dict(SHARED, has_master=False)
    assert list(_site_lines({"shared_site": alone}))[0][1].endswith("; no word from the master")
    members = [{"gateway": "b", "is_heard": True, "limit_a": [9, 8, 7]}, {"gateway": "c", "is_heard": False, "limit_a": None}]
    master = dict(SHARED, is_master=True, members=members)
    assert list(_site_lines({"shared_site": master}))[1:] == [("", "b may draw 9.0 A"), ("", "c silent")]
