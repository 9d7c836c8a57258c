module example.com/channel-handoff

go 1.19
