// Package spam judges comments: message → features → verdict.
//
//	f := spam.NewFilter(spam.Default())
//	v := f.Judge(spam.Message{Author: "Ada", Body: "Thank you!"})
//	// v.Class is Ham, Unsure or Spam; v.Reasons say why
//	f.Learn(spam.Lesson{Vector: spam.Extract(m), Spam: true})
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
//
// # What is read
//
// Of a body 24 KiB are read, three quarters from its beginning and one from its
// end, of every other field 1 KiB; what is longer is cut, so that the time is bounded
// whatever is sent. HTML's character references are resolved, text is brought
// to Unicode's normal form NFKC and to lower case, invisible characters are
// dropped, bytes that are no UTF-8 become U+FFFD. In a word of mixed scripts, letters
// that look Latin are read as Latin ("раypal").
//
//	word:casino             a word of the body
//	words:buy now           two words in a row
//	chars:赚钱               two characters of a script without spaces
//	author:cheap            a word of the author's name
//	author.shape:case=camel how the name is written: case, length, digits, consonants
//	site.host:example.com   the registered domain of the author's site
//	site.tld:co.uk          what it is registered under (publicsuffix.org)
//	site.word:shoes         a word in its address
//	site.shape:depth=2      how its address is made; site.shape:none if there is none
//	link.host: .tld: .word: the same of the links in the body
//	link.chars:^sho         four letters in a row of a link's host
//	shape:links=3-4         counts: links, hosts, words, characters, lines, capitals,
//	                        marks, markup, words that the post's address has too, …
//
// Counts are features by the step they fall on: "3-4", "20+". A feature counts
// once however often it occurs. Values depend on the kind of feature (weigh.go);
// that of a word is divided by the root of the number of words.
//
// # What is not used
//
// The e-mail address, the address on the network, the browser, the country and the
// time of day are not looked at; [Message] has no field for most of them. No list of
// words, names, hosts or top-level domains is written here by hand: what they
// weigh was learned. The words of the post's address are not features; only how
// many of them the comment uses is.
//
// A language is no feature. Corpora hold hardly any honest comments in, say,
// Russian, and a plain model takes "и" and "не" for signs of spam. So short
// words of other alphabets than the Latin and Japanese grammar (hiragana by itself) are passed
// over, no feature names a script, and a test holds 62 harmless comments of our
// own in 30 languages, each with and without a site.
//
// # The model
//
// A logistic regression over sparse features,
//
//	p = 1 / (1 + exp(-(bias + Σ weight·value)))
//
// trained by stochastic gradient descent with AdaGrad's steps (Duchi, Hazan and
// Singer, 2011): six epochs, stopped early instead of regularised, the mean of the
// weights after each epoch. The order is shuffled by a fixed seed; there is one
// thread, no fused multiplication and an exp of our own, so that the same command gives
// the same bytes. Three things keep one blog's habits from being taken for spam:
//
//   - Only features that occur in the comments of two blogs or more have a weight.
//   - The comments of a blog with one label together weigh no more than 300, however
//     many there are.
//   - The weights of spam and ham are brought towards each other by the root of
//     their ratio.
//
// Blogs are put into six folds; each fold is judged by a model that was trained on
// the others. On those verdicts the score is scaled so that probabilities mean what
// they say (Platt, 1999, fitted as by Lin, Lin and Weng, 2007), and the two
// thresholds are chosen: held (unsure) from where 2 % of the ham of blogs left
// out would be held, spam from where 0.25 % would. The default threshold of the
// figures below is the first: from there on a comment is not published.
//
// The file of a model is described in codec.go: a header with the version of the
// format and of the features, the weights as 16-bit numbers, a SHA-256. The
// version of a model is that of the features and the beginning of the SHA-256.
//
// # What a moderator teaches
//
// A filter keeps a second weight for each feature, zero at first, that is added
// to the model's. A label moves the weights of its message's features by
//
//	w += ±step · pace · value / Σ pace·value²,  step = min(2, 4.5 - ±odds), if above zero
//
// which moves the log-odds of that very message by step and those of another one by
// what they have in common (a normalised passive-aggressive step: Crammer et
// al., 2006, with a pace for each feature). Messages that are already on the right
// side by 4.5 (98.9 %) teach nothing.
//
// The pace is 1 for a feature the model has no weight for and 0.002 for one it
// has; the learned weight stays between -4 and 4 for the one and -0.1 and 0.1 for
// the other. What is peculiar to the message learns nearly everything: hosts, names,
// rare words, pairs of words. The shape and the everyday words, which the
// message shares with every other, learn next to nothing, and the bias nothing
// at all. For labels are one-sided: the queue is nearly all spam, and the harmless
// comments that were published at once get none. With one pace for all, everyday
// features would add up from label to label until everything was held. The price: a
// short message of everyday words alone ("Nice post!") moves by some two at most,
// however often it is labelled.
//
// Ham held and spam caught (held or called spam), in per cent, after labels for
// random spam that the model alone does not call spam. The ham was never labelled,
// and the spam counted is the rest of that sort (mean of three orders; on the left
// the 6,168 held-out comments, on the right 9,210 of five blogs by a model that was
// trained without them):
//
//	                            held-out comments        five blogs left out
//	labels for spam             0     33    100   300    0     33    100   300
//	ham held                    0.9   0.9   1.1   1.5    1.3   1.3   1.5   2.1
//	ham held, one pace for all  0.9   16    38    58     1.3   41    56    66
//	spam caught                 73                84     29                45
//
// A blog that is moderated from its first comment to its last, with labels for
// held ham and for all spam that was not called spam, has 95.2 % of its spam caught
// instead of 93.7 % (five blogs: 86.0 instead of 80.3 %), with 0.9 % of its ham held
// as before (five blogs: 1.1 instead of 1.3 %). Three labels move near-duplicates by
// some two in log-odds.
//
// Learning one by one, all at once and anew ([Filter.Relearn]) come to the same, to
// the bit; lessons made by another version of the extractor are passed over.
//
// # The memory of a site
//
// A site remembers what comments have in common with earlier ones, by their [Traces]: the
// domain of the author's site, those of links, name and site together, the text, and a
// sketch of the text that near-duplicates share. A [Memory] says what became of the
// comments that left the same traces, and where else the text came within a day; it is
// weighed as features of a kind of their own, which no lesson holds:
//
//	memory:site called spam=2-4            and author, link, text; what a person said
//	memory:site published before=1         and author, link, text
//	memory:site published and called spam=5+
//	memory:same text under other posts=3+  or nearly the same, within a day
//	memory:same text under this post=1
//
// Their weights are in the model. Training replays each blog that has spam and ham in the
// order of dates, as if it went by the model that did not see it and somebody decided
// half a day later, and fits a logistic regression on top of that model's log-odds, with
// a bias for each blog that is thrown away. What a person called spam may only speak for
// spam, what was published only for ham; a text that was published, which anybody can
// copy, says nothing, and the name and site of a regular, which anybody can type, one at
// most. The corpora have no exact copies any more, so copies weigh what near ones do:
// little, 0.2. Each of nine blogs left out in turn, 14,555 comments, without and with it:
//
//	error                           7.0 %    6.0 %
//	ham held                        1.5 %    1.3 %
//	spam caught                     0.872    0.891
//	recall at 0.5 %                 0.768    0.823
//
// [Recall] remembers in memory; the database of a blog keeps keyed hashes (package store).
//
// # The thresholds of a site
//
// [Filter.Promise] raises thresholds where more honest comments of a site are held than
// is promised. It cannot lower them: labels are one-sided, and which honest comments were
// held and never found nobody knows.
//
// # Reasons
//
// A reason is what one feature adds to the log-odds, the model's weight and the
// learned one together; how much of it was learned stands beside it. Every
// contribution is rounded to a whole number of 2^-16, so that any order of adding
// them gives the same log-odds, to the last digit. A verdict names the twelve
// heaviest, "(bias)", which is assumed of every comment, and "(rest)", the sum of all
// the others: together they sum to the log-odds. A [Receipt] names all of them. It is
// what a comment keeps of its verdict; receipt.go describes its encoding.
//
// [Explain] tells a receipt for people. The message is read once more, with a trail of where
// in the folded text each feature was found and a way back from folded text to the text
// as it was typed, so that "ca&#115;ino" is marked where it stands. Contributions that come from
// the same words are told together, as a [Finding]: all that was made of a link under its host, all of the
// author's site under the site's, words under the pair they stand in. A [Mark] is a part
// of the text whose contributions come to something. [Without] is what the filter
// says of the message without its links, its site and so on, by judging that one.
//
// # What is measured
//
// [Evaluate] compares verdicts with labels: the area under the ROC curve, which of
// the spam is caught where 0.5 or 1 % of the ham may be held, what becomes of both at the two
// thresholds, and how far probabilities are from what is observed ([Calibration]).
// Everything is reported for each blog, language and script by itself too, and for
// kinds of honest comments that filters are hard on ([FairnessSlices]): a filter
// can be right on the whole and wrong about those who write in Russian. A slice
// with little ham is marked, for a rate of 0 of 20 says nothing. [Train] reports the same of the
// blogs it left out, [Replay] how fast a filter learns: it judges comments in the
// order of their dates, each before it is told the label.
//
// # How good it is
//
// Trained on 21,470 labelled comments of 29 blogs and video pages (8,125 spam),
// with what hamlet spam train and hamlet spam eval print (version 1-ad3a5a14):
//
//	                                    blogs left out     6,168 held-out   the 3,426 of them
//	                                    while training     comments         of unseen blogs
//	ROC-AUC                             0.9841             0.9949           0.9921
//	recall at 0.5 % false positives     0.784              0.909            0.848
//	recall at 1 % false positives       0.843              0.941            0.925
//	F1 at the default threshold         0.923              0.961            0.952
//	precision                           0.969              0.987            0.986
//	recall                              0.880              0.937            0.919
//	ham held                            1.71 %             0.87 %           0.90 %
//	ham called spam                     0.18 %             0.05 %           0.10 %
//
// The first column is harder than real life: with the biggest blog, half of all
// spam is left out too. What each group of features brings there, by leaving it away:
//
//	                          ROC-AUC   recall at 0.5 %   at 1 %   F1
//	everything                0.984     0.784             0.843    0.923
//	without words             0.960     0.633             0.704    0.858
//	without pairs of words    0.983     0.775             0.831    0.920
//	without the author        0.982     0.730             0.810    0.908
//	without the site          0.980     0.711             0.783    0.901
//	without links             0.983     0.769             0.823    0.916
//	without shapes            0.973     0.651             0.733    0.871
//
// Tried there and left away, since they did worse or no better: letters of the
// author's name and of the site's host in groups, pairs of shapes, features of one
// blog alone, dropping groups of features at random while training.
//
// What it does not catch well: praise without a link under a plain name, random
// letters, self-promotion under videos, and spam in languages it has not seen.
//
// A comment of median length takes some 25 µs and 50 allocations to judge, 22 µs of
// them to extract, and 4 µs to learn (two-core machine); a vector takes some five bytes a
// feature.
package spam
