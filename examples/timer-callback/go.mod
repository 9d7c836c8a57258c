module example.com/timer-callback

go 1.19
