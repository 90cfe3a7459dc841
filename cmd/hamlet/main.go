// Command hamlet is a blog server.
package main

func main() {}
