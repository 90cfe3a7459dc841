package store_test

import (
	"testing"
)

// TestStore is what every engine must do, case by case, each on a database of
// its own.
func TestStore(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		test func(*bench)
	}{
		{"a comment comes back as it was", addAndGet},
		{"receipts come back", receiptsComeBack},
		{"ids rise and are never used again", idsNeverAgain},
		{"a parent must be there", parentMustExist},
		{"a reply stays one when its parent is deleted", replyOutlivesParent},
		{"a thread is in order and its own", threadInOrder},
		{"the revision rises with what is shown", revisionRises},
		{"the revision never goes back", revisionNeverBack},
		{"changes are found", changesFound},
		{"changes by another program are found", foreignChangesFound},
		{"an update keeps everything", updateKeepsAll},
		{"a refused update keeps nothing", refusedKeepsNothing},
		{"a change that cannot be keeps nothing", impossibleKeepsNothing},
		{"a panic while deciding keeps nothing", panicKeepsNothing},
		{"an update of nothing", updateMissing},
		{"deleted for good", deletedForGood},
		{"what is deleted for good is hidden at once", hiddenAtOnce},
		{"and gone after a while", hiddenGoes},
		{"acts are undone in turn", undoneInTurn},
		{"who did what to a comment", deedsRead},
		{"a job does each comment once", jobOnce},
		{"a job ends when it is undone", jobUndoneMidway},
		{"a job passes over what cannot be done", jobPassesOver},
		{"lists go page by page", listsByPage},
		{"counts", counts},
		{"lists are cut to a scope", scoped},
		{"users change", usersChange},
		{"people are found by their address", peopleFound},
		{"people are erased", peopleErased},
		{"people are confirmed once", peopleConfirmed},
		{"the same form twice is one comment", formsOnce},
		{"the same form from many sides is one comment", formsOnceFromMany},
		{"a proof is known by an approved comment", proofsKnown},
		{"names are held by who proved them first", namesHeld},
		{"networks are kept for a time", networksKept},
		{"networks are not kept", networksNotKept},
		{"what has served its purpose goes", purposesServed},
		{"who is erased while adding is somebody new", erasedWhileAdding},
		{"no mails without a mail server", mailsOff},
		{"mails follow what happens", mailsFollow},
		{"what is not true any more is not mailed", mailsUnsaid},
		{"mails are capped", mailsCapped},
		{"mails to new addresses are capped", newAddressesCapped},
		{"mails are retried and given up", mailsRetried},
		{"addresses that refuse mails get none", refusingAddresses},
		{"a mail is one sender's", claimedOnce},
		{"no mail is unwanted", nothingUnwanted},
		{"labels come back to the bit", labelsToTheBit},
		{"a broken label is named", brokenLabels},
		{"labels are the same on another site", importedAsExported},
		{"labels imported twice are imported once", importedOnce},
		{"a change of mind elsewhere is one here", importedRelabelled},
		{"labels imported can be removed", importsRemoved},
		{"labels that contradict are refused as a whole", contradictionsRefused},
		{"many at once", manyAtOnce},
		{"two decisions at once", twoDecisionsAtOnce},
		{"what comments have in common is remembered", remembered},
		{"what came later does not hide what came before", rememberedBefore},
		{"what is remembered follows every decision", memoryFollows},
		{"what is remembered can be made anew", memoryMadeAnew},
		{"what has expired is forgotten", memoryExpires},
		{"how honest comments were judged", honestOnes},
		{"there is room for so many traces", memoryBounded},
		{"domains and texts are not told by trying", memoryKeyed},
		{"webmentions wait to be looked at", mentionsQueued},
		{"webmentions that come while they are looked at", mentionsOverlap},
		{"so many webmentions wait", mentionsBounded},
		{"a mention becomes one comment", mentionBecomesComment},
		{"a mention changes", mentionChanges},
		{"links are told once", linksTold},
		{"links that could not be told", linksTriedAgain},
		{"edits are kept with their comment", editsKept},
		{"an erased comment is gone whole", erasedWhole},
		{"an erased comment that is answered leaves its place", erasedPlace},
		{"what was called spam stays learned", spamIsNotUnlearned},
		{"everything of a person is erased", erasedByPerson},
		{"links are asked for alike", askedForLinks},
		{"how long held comments waited", waitsRead},
		{"users", users},
		{"names are taken in any case", namesTaken},
		{"one first user", oneFirstUser},
		{"passwords", passwords},
		{"names that nobody has", strangeNames},
		{"sessions", sessions},
		{"expired sessions go", expiredSessions},
		{"sessions are changed while they last", updatedSessions},
		{"the audit log only grows", auditOnlyGrows},
		{"the audit log never forks", chainNeverForks},
		{"forgeries of the audit log show", forgeriesShow},
		{"a line that was kept elsewhere", pinnedLine},
		{"a broken seal is never made good", sealNeverMadeGood},
		{"the audit log is searched", auditSearched},
		{"notes and who looks at a comment", asides},
		{"what is read and erased by an address is noted without it", notedWithout},
		{"every column says whether it is personal", columnsDeclared},
		{"the schema refuses nonsense", schemaRefuses},
		{"a cancelled request changes nothing", cancelled},
		{"nothing private is logged", nothingPrivateLogged},
		{"addresses stay where they are", addressesStay},
		{"addresses can be read back with the key", addressesReadBack},
	}
	onEach(t, engines, func(t *testing.T, e engine) {
		t.Helper()
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				c.test(newBench(t, e))
			})
		}
	})
}
