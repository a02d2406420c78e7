import asyncio


async def echo(reader, writer):
    print("Somebody calls:", writer.get_extra_info("peername"))
    try:
        while data := await reader.read(1024):
            print("Client:", repr(data.decode(errors="replace")))
            writer.write(data)
            await writer.drain()
        writer.close()
        await writer.wait_closed()
    except ConnectionError as error:
        print("Lost:", error)
        writer.close()
    print("Somebody has left")


async def main():
    server = await asyncio.start_server(echo, "127.0.0.1", 5555)
    print("listening")
    async with server:
        await server.serve_forever()


asyncio.run(main())
