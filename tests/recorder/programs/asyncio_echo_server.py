import asyncio


async def handle(reader, writer):
    data = await reader.read(100)
    print("Received", data.decode(), "from", writer.get_extra_info("peername"))
    writer.write(data)
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    done.set()


async def main():
    global done
    done = asyncio.Event()
    server = await asyncio.start_server(handle, "127.0.0.1", 8888)
    async with server:
        await done.wait()


asyncio.run(main())
