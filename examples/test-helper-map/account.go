// Package account keeps the balance of somebody's account.
package account

import "errors"

// Account is used by one goroutine at a time.
type Account struct {
	Owner   string
	Balance int
}

// Withdraw takes money out, if there is enough.
func (a *Account) Withdraw(amount int) error {
	if amount > a.Balance {
		return errors.New("not enough money")
	}
	a.Balance -= amount
	return nil
}
