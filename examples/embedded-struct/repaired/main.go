// There is one mutex, the one that Base brings along, and device.Lock() is it.
package main

import (
	"fmt"
	"sync"
)

type Base struct {
	sync.Mutex
	Labels map[string]string
}

func (b *Base) SetLabel(name, value string) {
	b.Lock()
	defer b.Unlock()
	b.Labels[name] = value
}

type Device struct {
	Base
	volts int
}

func (d *Device) Measure(volts int) {
	d.Lock()
	defer d.Unlock()
	d.volts = volts
}

func (d *Device) String() string {
	d.Lock()
	defer d.Unlock()
	room := d.Labels["room"]
	return fmt.Sprintf("%s: %d volts", room, d.volts)
}

func main() {
	device := &Device{Base: Base{Labels: make(map[string]string)}}
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		for i := 0; i < 100; i++ {
			device.SetLabel("room", fmt.Sprintf("room %d", i))
		}
	}()
	go func() {
		defer wg.Done()
		for i := 0; i < 100; i++ {
			device.Measure(i)
			_ = device.String()
		}
	}()
	wg.Wait()
	fmt.Println(device)
}
