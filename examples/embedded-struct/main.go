// Base brings its own mutex along. Device embeds Base, and a mutex for its own
// fields as well, and from then on device.Lock() is no longer the lock of Base.
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
	b.Labels[name] = value // site: A
}

type Device struct {
	Base
	sync.Mutex
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
	room := d.Labels["room"] // site: B
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
