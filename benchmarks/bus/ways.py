"""The bus, used as any service uses it: how long an event takes to arrive, to be recorded, and to be answered."""

import time

import anyio

from benchmarks.bus.board import DONE, READY
from benchmarks.bus.kinds import TEXT, Asked, Given, Said, Shown, Told, Wanted
from benchmarks.bus.ours import KEEP, joined, played
from benchmarks.bus.play import say
from benchmarks.bus.raw import PERIOD, open_board
from benchmarks.bus.stage import Orders, Result
from schemas import because


@played
async def pace(orders: Orders) -> Result:
    """Post a thousand a second."""
    board = open_board(orders)
    kind = Told if orders.log else Shown
    async with joined(orders, "teller") as bus:
        say("ready")
        begin = time.monotonic()
        for number in range(1, orders.count + 1):
            await anyio.sleep(max(0.0, begin + number * PERIOD - time.monotonic()))
            bus.post(kind(number=number, text=TEXT))
        await board.until_all_are(DONE, orders.readers)
    return Result(events=orders.count)


@played
async def note(orders: Orders) -> Result:
    """Note how long each event was on its way."""
    board = open_board(orders)
    kind: type[Told | Shown] = Told if orders.log else Shown
    waits: list[float] = []
    async with joined(orders, "listener") as bus, bus.subscribe(kind, keep=KEEP) as events:
        say("ready")
        with anyio.move_on_after(orders.count * PERIOD + 10):
            async for event in events:
                waits.append(time.monotonic() - event.clock)
                if event.number == orders.count:
                    break
        board.slots[READY] = DONE
    return Result(events=len(waits), waits=waits, lost=orders.count - len(waits))


@played
async def publish(orders: Orders) -> Result:
    """Publish one event after the other."""
    waits: list[float] = []
    async with joined(orders, "teller") as bus:
        say("ready")
        for number in range(1, orders.count + 1):
            event = Told(number=number, text=TEXT)
            begin = time.monotonic()
            await bus.publish(event)
            waits.append(time.monotonic() - begin)
    return Result(events=len(waits), waits=waits)


@played
async def hear(orders: Orders) -> Result:
    """Listen until killed."""
    async with joined(orders, "listener") as bus, bus.subscribe(Told) as events:
        say("ready")
        async for event in events:
            del event
    return Result()


@played
async def ask(orders: Orders) -> Result:
    """Ask, and wait for the answer, again and again."""
    waits: list[float] = []
    request, reply = (Wanted, Given) if orders.log else (Asked, Said)
    async with joined(orders, "asker") as bus, bus.subscribe(reply, keep=KEEP) as replies:
        say("ready")
        begin = time.monotonic()
        for _ in range(orders.count):
            asked = time.monotonic()
            question = bus.post(request(text=TEXT))
            answer = await anext(replies)
            waits.append(time.monotonic() - asked)
            if answer.cause != question.id:
                raise SystemExit("the answer to another question")
        seconds = time.monotonic() - begin
    return Result(events=len(waits), seconds=seconds, waits=waits)


@played
async def ask_many(orders: Orders) -> Result:
    """Have a number of questions open at any time."""
    async with joined(orders, "asker") as bus, bus.subscribe(Given) as replies:
        say("ready")
        begin, left = time.monotonic(), orders.count - orders.window
        unanswered = {bus.post(Wanted(text=TEXT)).id for _ in range(orders.window)}
        async for answer in replies:
            unanswered.remove(answer.cause)
            if left:
                left -= 1
                unanswered.add(bus.post(Wanted(text=TEXT)).id)
            elif not unanswered:
                break
        seconds = time.monotonic() - begin
    return Result(events=orders.count, seconds=seconds)


@played
async def answer(orders: Orders) -> Result:
    """Answer until killed."""
    request, reply = (Wanted, Given) if orders.log else (Asked, Said)
    async with joined(orders, "answerer") as bus, bus.subscribe(request, keep=KEEP) as requests:
        say("ready")
        async for question in requests:
            bus.post(because(question, reply(text=TEXT)))
    return Result()
