import asyncio


async def talk(number):
    reader, writer = await asyncio.open_connection("127.0.0.1", 5555)
    writer.write(b"hello %d\n" % number)
    await writer.drain()
    assert await reader.readline() == b"HELLO %d\n" % number
    writer.close()
    await writer.wait_closed()


async def main():
    await asyncio.gather(*(talk(number) for number in range(10)))
    print("all done")


asyncio.run(main())
