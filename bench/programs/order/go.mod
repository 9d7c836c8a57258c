module example.com/order

go 1.19

require example.com/record v0.0.0

replace example.com/record => ../record
