package reach

// Guard is what is asked before a connection, for tests.
var Guard = guard(PublicWeb)
