package main

import (
	"context"
	"os"
)

func Example() {
	if err := run(context.Background(), os.Stdout); err != nil {
		panic(err)
	}
	// Output:
	//  990000 cents: refused by the orders table
	//                orders: 0, campaign: not there
	//  420000 cents: ordered and approved
	//                orders: 1, campaign: approved
}
