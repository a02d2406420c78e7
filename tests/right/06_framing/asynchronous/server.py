import asyncio


async def talk(reader, writer, over):
    while True:
        try:
            line = await reader.readuntil(b"\n")
        except asyncio.IncompleteReadError:
            return
        except asyncio.LimitOverrunError:
            print("[INFO] Nobody needs lines that long.")
            writer.write(b"Nobody needs lines that long.\n")
            await writer.drain()
            return
        text = line[:-1].decode(errors="replace")
        print("Client:", text)
        if text == "exit":
            print("[INFO] Client requested disconnection.")
            writer.write(b"Goodbye!\n")
            await writer.drain()
            await reader.read()
            over.set()
            return
        writer.write(b"Message received\n")
        await writer.drain()


async def main():
    over = asyncio.Event()

    async def meet(reader, writer):
        host, port = writer.get_extra_info("peername")
        print(f"[INFO] Connected with {host}:{port}")
        try:
            await talk(reader, writer, over)
        except ConnectionError:
            pass
        finally:
            writer.transport.abort() if not over.is_set() else writer.close()
        if not over.is_set():
            print("[INFO] Client disconnected.")

    server = await asyncio.start_server(meet, "127.0.0.1", 5555, limit=65536)
    print("Server is listening on port 5555...")
    async with server:
        await over.wait()
    print("[INFO] Server shutting down.")


asyncio.run(main())
