module example.com/broadcast-and-subscribe

go 1.19
