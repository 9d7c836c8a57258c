package account

import "testing"

func TestWithdrawSome(t *testing.T) {
	t.Parallel()
	a := newAccount(t, "ann", 100)
	if err := a.Withdraw(30); err != nil || a.Balance != 70 {
		t.Error(err, a.Balance)
	}
}

func TestWithdrawAll(t *testing.T) {
	t.Parallel()
	a := newAccount(t, "bob", 100)
	if err := a.Withdraw(100); err != nil || a.Balance != 0 {
		t.Error(err, a.Balance)
	}
}

func TestWithdrawNothing(t *testing.T) {
	t.Parallel()
	a := newAccount(t, "cleo", 100)
	if err := a.Withdraw(0); err != nil || a.Balance != 100 {
		t.Error(err, a.Balance)
	}
}

func TestWithdrawTooMuch(t *testing.T) {
	t.Parallel()
	a := newAccount(t, "dan", 100)
	if err := a.Withdraw(101); err == nil || a.Balance != 100 {
		t.Error(err, a.Balance)
	}
}

func TestWithdrawTwice(t *testing.T) {
	t.Parallel()
	a := newAccount(t, "eve", 100)
	if a.Withdraw(60) != nil || a.Withdraw(60) == nil {
		t.Error("the second one should fail")
	}
}

func TestEmptyAccount(t *testing.T) {
	t.Parallel()
	if newAccount(t, "fred", 0).Withdraw(1) == nil {
		t.Error("there was nothing to take")
	}
}
