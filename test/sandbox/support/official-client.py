"""What YT's official client sees of a cluster, as JSON: one answer for each of the functions below."""

import json
import os
import sys
import threading
import time

import yt.wrapper as yt

PATH = "//home/client/lock"


def client(token=os.environ["YT_TOKEN"]):
    return yt.YtClient(proxy=os.environ["YT_PROXY"], token=token)


def nested_transactions():
    c = client()
    with c.Transaction(attributes={"title": "outer"}) as outer:
        c.lock(PATH)
        with c.Transaction() as inner:
            c.set(PATH + "/@note", "committed")
            parent = c.get("#%s/@parent_id" % inner.transaction_id)
        held_by = [lock["transaction_id"] for lock in c.get(PATH + "/@locks") if lock["mode"] == "exclusive"]
        title = c.get("#%s/@title" % outer.transaction_id)
        outside = bool(client().exists(PATH + "/@note"))
    return {
        "inner is within outer": parent == outer.transaction_id,
        "lock is the outer one's": held_by == [outer.transaction_id],
        "title": title,
        "seen outside before the commit": outside,
        "note": c.get(PATH + "/@note"),
    }


def aborted_transaction():
    c = client()
    tx = c.start_transaction(timeout=60000)
    started = c.get("#%s/@last_ping_time" % tx)
    while c.get("#%s/@last_ping_time" % tx) == started:
        c.ping_transaction(tx)
    c.abort_transaction(tx)
    return error_of(lambda: c.ping_transaction(tx))


def modes():
    def together(held, asked):
        c, d = client(), client()
        with c.Transaction(), d.Transaction():
            c.lock(PATH, mode=held)
            return error_of(lambda: d.lock(PATH, mode=asked))

    names = ("exclusive", "shared", "snapshot")
    return {held + " " + asked: together(held, asked)["code"] for held in names for asked in names}


def waitable_lock():
    holder, waiter, got = client(), client(), []
    tx = holder.Transaction()
    with holder.Transaction(transaction_id=tx.transaction_id):
        holder.lock(PATH)

    def wait():
        with waiter.Transaction():
            lock = waiter.lock(PATH, waitable=True, wait_for=300000)
            got.append(waiter.get("#%s/@state" % lock["lock_id"]))

    thread = threading.Thread(target=wait)
    thread.start()
    watcher = client()
    while [lock["state"] for lock in watcher.get(PATH + "/@locks")] != ["acquired", "pending"]:
        time.sleep(0.05)
    tx.abort()
    thread.join()
    return got


def waiting_in_vain():
    holder, waiter = client(), client()
    with holder.Transaction(), waiter.Transaction():
        holder.lock(PATH)
        return error_of(lambda: waiter.lock(PATH, waitable=True, wait_for=100))["message"][:9]


def batch():
    b = client().create_batch_client()
    note, none = b.get(PATH + "/@type"), b.get("//none")
    b.commit_batch()
    return [note.get_result(), none.get_error()["code"]]


def listing():
    names = client().list("//home", attributes=["type"])
    return [[str(name), name.attributes["type"]] for name in names]


def missing():
    return error_of(lambda: client().get("//home/none"))


def conflict():
    c, d = client(), client()
    with c.Transaction(attributes={"title": "the winner"}) as winner, d.Transaction():
        c.lock(PATH)
        told = error_of(lambda: d.lock(PATH))
        about = told["attributes"]["winner_transaction"]
        return [told["code"], about["title"], about["id"] == winner.transaction_id, told["attributes"]["path"]]


def wrong_token():
    return error_of(lambda: client("wrong").get("/"))["kind"]


def error_of(action):
    try:
        action()
    except yt.YtError as error:
        response = getattr(error, "error", None)
        told = response if isinstance(response, dict) else error.simplify()
        kind = type(error).__name__
        return {"kind": kind, "code": told["code"], "message": told["message"], "attributes": told.get("attributes")}
    return {"kind": None, "code": 0, "message": "", "attributes": {}}


client().create("map_node", PATH, recursive=True, ignore_existing=True)
checks = [
    nested_transactions,
    aborted_transaction,
    modes,
    waitable_lock,
    waiting_in_vain,
    batch,
    listing,
    missing,
    conflict,
    wrong_token,
]
json.dump({check.__name__: check() for check in checks}, sys.stdout)
