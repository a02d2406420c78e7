HOST = "127.0.0.1"
PORT = 5555


def main():
    print(f"Server owns {HOST}:{PORT}.")
    input("Press Enter to stop. ")


main()
