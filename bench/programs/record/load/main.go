// Command load puts a key-value service under load. A command is the service's address, a number of connections, a number
// of requests and a seed; the same ones make the same requests and get the same answers, whose sum it gives.
//
// It writes requests to the connections by hand, so that it takes little of the machine from the service.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"example.com/record/turns"
)

const commonKeys = 2000

func main() {
	turns.Serve(func(t *turns.Timer, words []string) (uint64, error) {
		if len(words) != 4 {
			return 0, fmt.Errorf("not an address and three numbers: %q", words)
		}
		var numbers [3]int
		for i := range numbers {
			n, err := strconv.Atoi(words[1+i])
			if err != nil {
				return 0, err
			}
			numbers[i] = n
		}
		return load(t, words[0], numbers[0], numbers[1], int64(numbers[2]))
	})
}

func load(t *turns.Timer, address string, connections, requests int, seed int64) (uint64, error) {
	clients := make([]*client, connections)
	for i := range clients {
		c, err := connect(address, i, seed)
		if err != nil {
			return 0, err
		}
		defer c.connection.Close()
		clients[i] = c
	}
	if _, err := clients[0].ask("POST", "/reset?keys="+strconv.Itoa(commonKeys), ""); err != nil {
		return 0, err
	}
	var all sync.WaitGroup
	var sum uint64
	failed := make(chan error, connections)
	t.Start()
	for _, c := range clients {
		all.Add(1)
		go func(c *client) {
			defer all.Done()
			for i := 0; i < requests/connections; i++ {
				one, err := c.next()
				if err != nil {
					failed <- err
					return
				}
				atomic.AddUint64(&sum, one)
			}
		}(c)
	}
	all.Wait()
	t.Stop(requests / connections * connections)
	select {
	case err := <-failed:
		return 0, err
	default:
		return sum, nil
	}
}

// client is one connection. It changes keys of its own only, so that what it reads does not depend on the others.
type client struct {
	connection net.Conn
	reader     *bufio.Reader
	random     *rand.Rand
	prefix     string
	request    bytes.Buffer
	body       []byte
}

func connect(address string, number int, seed int64) (*client, error) {
	connection, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	return &client{
		connection: connection,
		reader:     bufio.NewReader(connection),
		random:     rand.New(rand.NewSource(seed*1000 + int64(number))),
		prefix:     fmt.Sprintf("own-%d-", number),
	}, nil
}

// next makes one request: of a hundred 60 read a common value, 12 one of its own, 20 change one, 3 delete one, 5 list.
func (c *client) next() (uint64, error) {
	what, key := c.random.Intn(100), strconv.Itoa(c.random.Intn(200))
	switch {
	case what < 60:
		return c.ask("GET", "/kv/common-"+strconv.Itoa(c.random.Intn(commonKeys)), "")
	case what < 72:
		return c.ask("GET", "/kv/"+c.prefix+key, "")
	case what < 92:
		value := strings.Repeat("x", c.random.Intn(100))
		return c.ask("PUT", "/kv/"+c.prefix+key, `{"value":"`+value+`","labels":{"colour":"red","size":"`+key+`","owner":"load"}}`)
	case what < 95:
		return c.ask("DELETE", "/kv/"+c.prefix+key, "")
	default:
		return c.ask("GET", "/list?prefix="+c.prefix, "")
	}
}

// ask makes a request and gives a hash of the answer.
func (c *client) ask(method, path, body string) (uint64, error) {
	c.request.Reset()
	fmt.Fprintf(&c.request, "%s %s HTTP/1.1\r\nHost: service\r\nUser-Agent: load/1.0\r\nAccept: application/json\r\nAccept-Encoding: identity\r\n", method, path)
	if body != "" || method == "POST" {
		fmt.Fprintf(&c.request, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(body))
	}
	c.request.WriteString("\r\n")
	c.request.WriteString(body)
	if _, err := c.connection.Write(c.request.Bytes()); err != nil {
		return 0, err
	}
	return c.answer()
}

// answer reads an answer whose length is given or that comes in chunks.
func (c *client) answer() (uint64, error) {
	length, chunked := -1, false
	hash := fnv.New64a()
	for first := true; ; first = false {
		line, err := c.reader.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		text := strings.TrimRight(string(line), "\r\n")
		if text == "" {
			break
		}
		if first {
			hash.Write([]byte(text))
		} else if value := strings.TrimPrefix(text, "Content-Length: "); value != text {
			if length, err = strconv.Atoi(value); err != nil {
				return 0, err
			}
		} else if text == "Transfer-Encoding: chunked" {
			chunked = true
		}
	}
	if chunked {
		return c.chunks(hash.Sum64())
	}
	if length < 0 {
		return 0, fmt.Errorf("an answer without a length")
	}
	if err := c.read(length); err != nil {
		return 0, err
	}
	hash.Write(c.body[:length])
	return hash.Sum64(), nil
}

func (c *client) chunks(sum uint64) (uint64, error) {
	hash := fnv.New64a()
	for {
		line, err := c.reader.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		length, err := strconv.ParseUint(strings.TrimRight(string(line), "\r\n"), 16, 31)
		if err != nil {
			return 0, err
		}
		if err := c.read(int(length) + 2); err != nil {
			return 0, err
		}
		if length == 0 {
			return sum + hash.Sum64(), nil
		}
		hash.Write(c.body[:length])
	}
}

func (c *client) read(length int) error {
	if len(c.body) < length {
		c.body = make([]byte, length)
	}
	_, err := io.ReadFull(c.reader, c.body[:length])
	return err
}
