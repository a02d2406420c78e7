import urllib.request

with urllib.request.urlopen("http://127.0.0.1:8000/") as response:
    print(response.status, response.read().decode())
