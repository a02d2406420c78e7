import asyncio


async def main():
    reader, writer = await asyncio.open_connection("127.0.0.1", 8888)
    writer.write(b"Hello World!")
    await writer.drain()
    await asyncio.sleep(0.05)
    data = await reader.read(100)
    print("Received:", data.decode())
    writer.close()
    await writer.wait_closed()


asyncio.run(main())
