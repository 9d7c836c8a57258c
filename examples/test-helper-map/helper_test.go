package account

import "testing"

// made is there to find two tests that use the same owner. It is a package
// variable, and so one map for all tests, also for those that run in parallel.
var made = make(map[string]string)

func newAccount(t *testing.T, owner string, balance int) *Account {
	t.Helper()
	if test, ok := made[owner]; ok { // site: A
		t.Fatalf("%s has an account already, made by %s", owner, test)
	}
	made[owner] = t.Name() // site: B
	return &Account{Owner: owner, Balance: balance}
}
