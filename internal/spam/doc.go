// Package spam judges comments: message → features → verdict.
//
//	f := spam.NewFilter(spam.Default())
//	v := f.Judge(spam.Message{Author: "Ada", Body: "Thank you!"})
//	// v.Class is Ham, Unsure or Spam; v.Reasons say why
//	f.Learn(spam.NewLesson(m, true, "ada"))
//
// It is pure: no network, no database, no files, no clock, no chance. A [Model] is
// what was learned from many blogs and does not change; a [Filter] is a model
// and what the moderators of one blog taught it. The same model, the same lessons
// in the same order and the same message give the same digits on every machine.
//
// # The words
//
//   - A message is a comment as the filter sees it. Ham is the opposite of spam.
//   - A feature is something noticed about a message; it has a name such as
//     "word:casino" and a value. Names are for people; models and labels know only
//     the 32-bit FNV-1a hash of the name.
//   - A vector is the features of a message as hashes and values; a lesson is a
//     vector with a moderator's label.
//   - Log-odds are the natural logarithm of p/(1-p): 0 is even, 2.2 is 90 %, 4.6
//     is 99 %. Every weight in this package is in log-odds.
//   - A comment is held if it is not published at once, be it unsure or spam.
//
// # What is read
//
// Of a body 24 KiB are read, three quarters from its beginning and one from its
// end, of every other field 1 KiB; what is longer is cut, so that the time is bounded
// whatever is sent. HTML's character references are resolved, text is brought
// to Unicode's normal form NFKC and to lower case, invisible characters are
// dropped, bytes that are no UTF-8 become U+FFFD, and what a right-to-left override
// turns round is read as it is shown.
//
//	word:casino                a word of the body
//	words:buy now              two words in a row
//	stem:casin                 the first five letters of a Latin word
//	sited:great                a word of an author who names a site
//	chars:赚钱                  two characters of a script without spaces between words
//	anchor:cheap               a word in the text of a link (HTML, [url], Markdown)
//	author:shoes               a word of a name that is no person's, not the first
//	author.shape:case=title    how the name is written: case, words, digits, length
//	author.site:title/3/site   case and words of the name, and whether there is a site
//	site.host:example.com      what somebody registered of the author's site
//	site.tld:com               what it is registered under (publicsuffix.org)
//	site.word:shoes            a word in its address
//	site.shape:depth=2         how its address is made; site.shape:none if there is none
//	link.host: .tld: .word:    the same of the links in the body
//	link.chars:^sho            four bytes in a row of a link's host
//	link.shape:file=pdf        how its address is made: depth, query, year, title, …
//	shape:links=3-4            counts: links, hosts, words, lines, capitals, marks,
//	                           disguises, markup, words of the post, …
//	marks:a,␣                  a mark with what stands before and after it (marks_set.go)
//	lines:short/link           how two lines follow each other (line_order.go)
//	memory:link called spam=1  what the site remembers, see below
//
// Counts are features by the step they fall on: "3-4", "20+". A feature counts
// once however often it occurs. Values depend on the kind (weigh.go); those of word,
// words, chars and sited are divided by the root of the number of words.
//
// Words in disguise (disguise.go) are read as what they stand for: "раypal" with
// Cyrillic letters, "v1agra", "c a s i n o", "cas[i][/i]ino"; that there was a disguise
// is a shape. The words of the post's address, title and tags are not features; how many
// of them the comment uses is a shape.
//
// # What is not used
//
// The e-mail address, the address on the network, the browser and the time of day
// are not looked at; [Message] has no field for most of them. Its date only puts things in
// order. No list of good or bad words, names, hosts or top-level domains is written here
// by hand: what they weigh was learned. (Addresses of two messengers are a shape.)
//
//   - First names. A name that could be a person's says how many words it has and how
//     they are written, nothing else; and the first word of any other is no feature unless
//     the whole is the address of a site. A test puts 22 given names from all over the
//     world in place of each other and expects the same features. In the body a name is a
//     word like others.
//   - Countries. A country's top-level domain is no feature and stands as "*" where it
//     is a part of one ("link.host:example.*"). A test puts eleven in place of each other.
//   - Names that are reserved for examples (RFC 2606; RFC 6761, 6). Readers of blogs that
//     explain things copy example.com from them, but it stands for any other name: no model
//     has a weight for it. What is before it is read, and moderators may teach it.
//   - Providers of mail. Of an address in the text its host is passed over.
//   - Languages. Corpora hold hardly any honest comments in, say, Russian, and a
//     plain model takes "и" and "не" for signs of spam. So words of fewer than four
//     letters in other alphabets than the Latin and Japanese grammar (hiragana by itself)
//     are passed over, and no feature names a script. Short words of languages in Latin
//     script are features. Beside a mark letters of all scripts are the same, marks within
//     numbers are passed over, and so is the space before a mark that French sets. Tests
//     hold comments of our own: 494 by readers in 47 languages, each with and without a
//     site.
//
// # The model
//
// A logistic regression over sparse features,
//
//	p = 1 / (1 + exp(-(bias + Σ weight·value)))
//
// trained by stochastic gradient descent with AdaGrad's steps (Duchi, Hazan and
// Singer, 2011): five epochs, stopped early instead of regularised, the mean of the
// weights after each epoch, and of three regressions that see the comments in different
// orders. While training a feature counts by the logarithm of how rare it is (Sparck Jones,
// 1972), a little by how differently spam and ham use it (Wang and Manning, 2012), and words
// half as much more (salience.go); its weight is for the value as it is. The orders are
// shuffled by fixed seeds; each regression is trained by one goroutine, with no fused multiplication and an
// exp and a log of our own, so that the same command gives the same bytes. The error of a
// comment called ham counts the more, up to twice, the surer it is taken for spam. Five things
// keep one blog's habits from being taken for spam:
//
//   - Each time that a comment is seen, all of its text is hidden with a chance of 25 in a
//     hundred, its author and site with 15, its links with 5, so that each is learned for
//     itself too (Sutton, Sindelar and McCallum, 2006; blinkers.go).
//   - A comment called ham is aimed at a probability of 0.03, one called spam at 0.99: some
//     labels are wrong, mostly of spam that nobody took away, and there is nothing to learn
//     from being surer.
//   - Only features that occur in the comments of two blogs or more have a weight.
//   - The spam of a blog together weighs no more than 300 comments, however many there
//     are, its ham no more than 600.
//   - The weights of spam and ham are brought towards each other by the root of
//     their ratio.
//
// To the comments it is given training adds the primer, 1,848 comments of our own invention
// (primer.go, primer/): 1,084 of what honest people write, from code and cakes to mortgages,
// in 80 languages, with links and without, at full weight; 149 plain offers that are set as
// well as those, 16 of them within honest text, at the same; and spam that is sold everywhere,
// such as loans, spells, slots and essays, in the languages it comes in, at a quarter of it. What
// their sites and links are called is passed over. They are never judged, and count in no figure.
//
// Blogs are put into twelve folds, the biggest first; each fold is judged by a model
// that was trained on the others. On those verdicts, where a blog's comments of one label
// weigh as 3,600 at most, everything else is found. The score is scaled so that
// probabilities mean what they say (Platt, 1999, fitted as by Lin, Lin and Weng, 2007).
// A comment is held (unsure) from where 3.75 % of the ham of blogs left out would be held,
// and spam from where 0.35 % would; the model in the program was trained on more blogs
// than theirs and is meant to stay below 2 % and 0.25 %. The default threshold of the
// figures below is the first. Most spam has a link, and few honest comments have just
// one: for comments with exactly one link both thresholds are raised, as if to hold them
// were so many times as bad (at most 20), until honest ones of blogs left out are held
// no more than 1.2 times as often as all, by weight, which by number is 1.6 times.
//
// [Options] has what it costs to hold an honest comment: the odds at both thresholds are
// multiplied by it (C. Elkan, "The Foundations of Cost-Sensitive Learning", 2001).
// [Filter.Promise] raises the thresholds of one site, by one in log-odds at most, where
// more of its honest comments would be held than 1 in 50, or called spam than 1 in 400,
// and not by chance. It cannot lower them: which honest comments were held and never
// found nobody knows.
//
// The file of a model is described in codec.go: a header with the version of the
// format and of the features, weights and means as 16-bit numbers, a SHA-256. The
// version of a model is that of the features and the beginning of the SHA-256.
//
// # What a moderator teaches
//
// A filter keeps a second weight v for each feature but those of memory, added to the
// model's, and adds to the log-odds
//
//	share · (c + Σ v·x)
//
// A lesson is a step of an online learner of the logistic loss that knows how sure it
// is of each weight: the weights come to rest where the loss of the lesson and
// their distance from what was believed are least together (an implicit step, Kulis and
// Bartlett, 2010, with a variance for each weight as in AROW, Crammer, Kulesza and
// Dredze, 2009),
//
//	v += f·s·(x-m),  s = 1 / (firm·(0.2 + 5000·m²·(x-m)) + evidence),  evidence += p·(1-p)·(x-m)²
//
// where f, the force, is what is left of label less p after the step; no label moves its
// own message by more than 3. Four things keep labels from holding, or publishing,
// what they are not about:
//
//   - m is the mean of the feature among the honest comments, for a label of spam, and
//     among the spam, for one of ham; the model has both for features with means of
//     0.002 and more. c falls by v·m with every step, so that no label moves the
//     average comment of the other class at all: what is learned is how this
//     kind is different. It is shown as one reason, "(taught)".
//   - What is everyday moves slowly, for the model saw thousands of comments with it:
//     5000·m². What is peculiar to the message moves at once.
//   - Labels are one-sided: the queue is nearly all spam, and honest comments that were
//     published at once get none. So the model stands the firmer against labels of
//     spam the more they outweigh those of ham: firm = 1 + max(0, spam-4·ham)/30. And
//     how much of all comments is spam, a weight of its own that every comment has, is
//     learned only as far as there are labels of both.
//   - Prequential choice (A. P. Dawid, 1984): share is 1, ½ or 0, whichever would have
//     judged the latest labels (some hundred) best, each before it was learned, 1
//     unless another is better by 1 in loss. A filter that lessons make worse goes
//     back to the model by itself.
//
// Labels of one author (name and site together) or of one wave (near-duplicates: the
// least hash of three words in a row) count in full three times; the nth counts for
// (3/n)², together less than six. A moderator's labels of one class that the model
// finds unlikely, with a mean loss above 1.5 (he begins with 20 of loss 0), count for
// exp(-8·(mean-1.5)): who contradicts it about everything is soon not heard, who
// corrects some kinds of comments is; where the moderator is unknown nobody is doubted.
// What comes of it stands below; tests state bounds for 500 hostile labels of an author, a
// wave and a moderator.
//
// Some 260,000 weights are kept; then the smallest quarter is forgotten, of features that
// have no mean, for m is taken off c for good. Of authors, waves and moderators the last
// 32,768 to be labelled are remembered, each for itself; when there are more, the half that
// was labelled longest ago is forgotten and begins anew. All this is a function of the
// model and the lessons in their order, the same to the bit whether they are learned one
// by one, at once or anew ([Filter.Relearn], [Filter.State]). Lessons made by another
// version of the extractor are passed over, and counted.
//
// The learning curve on the 3,426 held-out comments of nine unseen blogs, in the order of
// their dates, each judged, then learned (model 4-e7af0bf9): the model alone, told all
// labels, and told only what a moderator has to do with, ham that was held and spam
// that was not called spam. The blog remembers too. It is printed by
// hamlet spam replay dev.jsonl --unseen train.jsonl, with --labels errors for the last.
//
//	                 error, %               log-loss                recall, %              ham held, %
//	comment          model  all   errors    model  all    errors    model  all   errors    model  all  errors
//	1 to 20          2.2    1.7   2.2       0.047  0.035  0.040     95.7   95.7  95.7      0.9    0.0  0.9
//	21 to 50         3.0    2.2   2.6       0.078  0.055  0.063     95.5   97.3  96.4      1.9    1.9  1.9
//	51 to 200        4.5    2.2   2.5       0.099  0.056  0.064     91.4   96.2  96.0      1.1    0.8  1.3
//	201 to 1000      2.7    1.5   1.9       0.073  0.048  0.056     93.5   95.9  96.5      1.4    0.6  1.3
//	from 1001        2.4    2.4   2.1       0.055  0.050  0.047     97.2   97.2  97.5      0.0    0.0  0.0
//
// After twenty labels of one kind of comment that the model gets wrong the next ten are
// right, of six kinds, for which it gets 44 % wrong itself (hamlet spam replay
// testdata/corrections.jsonl). A moderator who says the opposite of the truth about every comment
// (--labels wrong) is heard at first, and soon not, but by the memory of the site:
//
//	                 error, %          recall, %          ham held, %
//	comment          model  wrong      model  wrong       model  wrong
//	1 to 20          2.2     9.4       95.7   77.1        0.9    0.9
//	21 to 50         3.0    11.1       95.5   76.6        1.9    2.5
//	51 to 200        4.5     7.9       91.4   86.7        1.1    3.4
//	201 to 1000      2.7     4.1       93.5   91.6        1.4    2.5
//	from 1001        2.4     3.5       97.2   95.8        0.0    0.0
//
// The constants of this section were chosen by replays of 20 blogs, these nine among
// them, so other blogs may learn a little more slowly.
//
// The other way round, after labels for spam only, chosen at random from that of the same
// comments which the model alone does not call spam: the ham that is held, which was never
// labelled, and what is caught of the rest of that spam (mean of three orders, 4-e7af0bf9; of
// 327 there are 27 left in the end):
//
//	labels of spam    0       33      100     300
//	ham held, %       1.3     1.2     1.5     2.0
//	spam caught, %    73      83      88      88
//
// With an older model one set of weights without means, all at one pace, held 8 % of the ham
// in the end.
//
// # What the posts say
//
// Corpora hold little in most languages but English, and what little there is of some of
// them is spam: a model takes a language for a sign of spam. The blog's own posts
// are honest and in the language of its readers, so [Posts] makes their words, pairs of
// words and pairs of characters speak for ham, which a moderator's label does not
// have to: of a message's feature with the value x
//
//	-1.5 · x · n/(n+1),  together no more than -3,
//
// where n is how many passages of 2 KiB use it. A passage counts in full if none of its
// words is one that honest comments everywhere use (has a mean, above), and the less the
// more are, down to nothing at three in ten: English posts have five, so on
// an English blog nothing changes, and French ones one or two. Words of a post do not
// hide a link: features of links, sites and shapes are as they were. By 4-e7af0bf9, of the
// 259 Russian spam of the held-out comments 245 are caught with the posts of
// testdata/blogs.txt, 246 without; the honest comments there fall by 1.9 in log-odds.
//
// # The memory of a site
//
// A site remembers what comments have in common with earlier ones, by their [Traces]: the
// domain of the author's site, those of links, name and site together, the text, and a
// sketch of the text that near-duplicates share. A [Memory] says what became of the
// comments that left the same traces, and where else the text came within a day; it is
// weighed as features of a kind of their own, which no lesson holds. What a person said
// lasts 400 days, of a text 90 days. What they weigh in 4-e7af0bf9, from
// once to often, as hamlet spam train prints it:
//
//	                        site            link            author          text
//	called spam=1 … 5+      +1.2 … +2.0     +1.0 … +1.1     +0.2 … +0.3     +0.5 … +0.7
//	published before=1 … 5+  0.0 … -0.3     -0.8 … -1.7     -0.3 … -1.0     nothing
//	published and called    +0.2 … +0.4     -0.3             0.0             0.0
//	same text under other posts, or nearly the same, within a day: +0.0 … +0.1
//
// Training replays each blog that has spam and ham in the order of dates, as if it went by
// the model that did not see it and somebody decided half a day later, and fits a
// logistic regression on top of that model's log-odds, with a bias for each blog that is
// thrown away. What a person called spam may only speak for spam, what was published only
// for ham; a text that was published, which anybody can copy, says nothing, and
// the name and site of a regular, which anybody can type, one at most. The corpora have
// no exact copies any more, so copies within a day weigh what near ones do: little. The
// 14,555 comments of nine blogs, each judged by a regression that did not see it and a memory
// whose weights come from the eight others, without and with the memory:
//
//	error                           4.4 %    4.1 %
//	ham held                        2.6 %    2.4 %
//	spam caught                     0.937    0.941
//	recall at 0.5 %                 0.865    0.880
//
// [Recall] remembers in memory; the database of a blog keeps keyed hashes (package store).
//
// # How it was sent
//
// A [Form] tells how a message was sent, in reasons of their own with weights set by hand:
//
//	form:trap            +2.5    a field was filled in that people do not see
//	form:token missing   +1      the form has no token of a page of this blog
//	form:token wrong     +1      or one that was made up, or is of another post
//	form:token expired   +0.25   or one that is too old
//	form:hasty           +1.5    sent within 3 seconds
//	form:quick           +0.5    within 8
//	form:untouched       +0.5    nothing was typed, pasted or chosen
//	form:written here    -0.25   a good token, 20 seconds or more, and something was
//
// Together they add 4 at most, and no more than leaves a comment ham that is ham without
// them: "form:limit" takes away the rest, to the last digit. So a form alone never holds
// a comment; of one that is held anyway it may make spam. Neither the model nor lessons
// know of it, and a message that is judged again later, or comes from a file, has none:
// then nothing of this section is in the verdict.
//
// # Reasons
//
// A reason is what one feature adds to the log-odds: the model's weight, the learned one
// and what the posts say together; how much was learned, and comes from posts, stands
// beside it. Every contribution is rounded to a whole number of 2^-16, so that any order
// of adding them gives the same log-odds, to the last digit. A verdict names the twelve
// heaviest, "(bias)", which is assumed of every comment, "(taught)", which moderators
// taught about every comment, and "(rest)", the sum of all the others: together they sum
// to the log-odds. A [Receipt] names all of them. It is what a comment keeps of its
// verdict; receipt.go describes its encoding.
//
// [Explain] tells a receipt for people. The message is read once more, with a trail of
// where in the folded text each feature was found and a way back to the text as it was
// typed, so that "ca&#115;ino" is marked where it stands. Contributions that come from
// the same words are told together, as a [Finding]: all that was made of a link under its
// host, all of the author's site under the site's, words under the pair they stand in,
// the beginning of a word with the word. A [Mark] is a part of the text
// whose contributions come to something. [Without] is what the filter says of the message
// without its links, its site and so on, by judging that one. On the shell that is
// hamlet spam explain.
//
// # What is measured
//
// [Evaluate] compares verdicts with labels: the area under the ROC curve, which of
// the spam is caught where 0.5 or 1 % of the ham may be held, what becomes of both at the
// two thresholds, and how far probabilities are from what is observed ([Calibration]).
// Everything is reported for each blog, language and script by itself too, and for
// kinds of honest comments that filters are hard on ([FairnessSlices]). A slice
// with little ham is marked, for a rate of 0 of 20 says nothing. [Train] reports the same
// of the blogs it left out, [Replay] how fast a filter learns.
package spam
