package problem

import "net/http"

// Problems that several handlers answer with.

// SignedOut refuses a call without valid credentials.
func SignedOut() *Problem {
	return New(http.StatusUnauthorized, "signed_out", "You are signed out", "This call needs a signed-in person or a server key.",
		"Sign in and try again.")
}

// Forbidden refuses a call that the caller's role does not allow.
func Forbidden(have, need string) *Problem {
	return New(http.StatusForbidden, "forbidden", "Your role does not allow this", "This needs the role "+need+"; you have "+have+".",
		"Ask an administrator of the shop to do it, or for the role.")
}

// NoSuchShop answers for a shop that does not exist and for one that the caller may not see, alike.
func NoSuchShop(id string) *Problem {
	return New(http.StatusForbidden, "no_such_shop", "You have no such shop", "The shop "+quote(id)+" does not exist, or you may not see it.",
		"Choose one of the shops that GET /api/session lists.")
}

// NotFound answers for a thing that is not there.
func NotFound(what, id string) *Problem {
	return New(http.StatusNotFound, "not_found", "There is no such "+what, "There is no "+what+" "+quote(id)+" in this shop.",
		"Go back to the list; it may have been removed.")
}

// NoRoute answers for an address that is not part of the API.
func NoRoute(method, path string) *Problem {
	return New(http.StatusNotFound, "no_route", "There is nothing at this address", method+" "+quote(path)+" is not part of the API.",
		"See /openapi.json for what is.")
}

// TooLarge answers for a body over its limit.
func TooLarge(limit string) *Problem {
	return New(http.StatusRequestEntityTooLarge, "too_large", "The request is too large", "The limit for this call is "+limit+".",
		"Send less at a time.")
}

// BadRequest answers for a request that cannot be read.
func BadRequest(code, detail, remedy string) *Problem {
	return New(http.StatusBadRequest, code, "The request cannot be read", detail, remedy)
}

// Invalid answers for a request that can be read but not followed.
func Invalid(detail, remedy string, faults ...Fault) *Problem {
	return New(http.StatusUnprocessableEntity, "invalid", "The request cannot be followed", detail, remedy).With(faults...)
}

// Internal answers for everything that should not have happened.
func Internal(cause error) *Problem {
	return New(http.StatusInternalServerError, "internal", "Something went wrong here", "Almanac could not finish this. Nothing was half done.",
		"Try again. If it stays, look for the id of this answer in the log.").Because(cause)
}

func quote(s string) string {
	if len(s) > 100 {
		s = s[:100] + "…"
	}
	return "“" + s + "”"
}
