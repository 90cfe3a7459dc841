// Package spam was measured; these are the figures.
//
// # How good it is
//
// Trained on 21,470 labelled comments of 29 blogs and video pages (8,125 spam), model
// 2-474bff28. The first column is what hamlet spam train train.jsonl prints and harder
// than real life, for with the biggest blog, half of all spam is left out too; the others
// are hamlet spam eval dev.jsonl, the last with --unseen train.jsonl:
//
//	                                    blogs left out     6,168 held-out   the 3,426 of them
//	                                    while training     comments         of unseen blogs
//	ROC-AUC                             0.9880             0.9961           0.9942
//	recall at 0.5 % false positives     0.798              0.931            0.925
//	recall at 1 % false positives       0.858              0.959            0.951
//	F1 at the default threshold         0.939              0.968            0.962
//	precision                           0.948              0.982            0.984
//	recall                              0.931              0.955            0.940
//	ham held                            3.11 %             1.20 %           1.10 %
//	ham called spam                     0.22 %             0.03 %           0.05 %
//	expected calibration error          0.006              0.014            0.019
//	ham held, under ten words           3.16 %             0.98 %           1.41 %
//	          first of a name           3.76 %             1.80 %           1.94 %
//	          exactly one link          5.59 %             3.38 %           5 of 136
//	          with code                 0.00 %             0 of 68          0 of 21
//
// How it is trained was chosen on blogs left out in three ways, where a blog's spam weighs
// as 300 comments at most and its ham as 600. Of the 70 honest comments there that are most
// like spam some 25 are spam that nobody took away; without the 32 such found by reading
// the first 150, recall is 0.02 higher:
//
//	                                     AUC     0.5 %   1 %     F1
//	plainly, two epochs                  0.9699  0.708   0.768   0.890
//	squared hinge; modified Huber        0.967   0.68    0.745   0.883
//	support vectors, by the dual         0.9699  0.703   0.757   0.890
//	naive Bayes mixed in                 0.9702  0.712   0.766   0.891
//	a bias of each blog, thrown away     0.9621  0.669   0.737   0.875
//	bagged, each without a fifth         0.9695  0.700   0.763   0.890
//	rarity                               0.9738  0.734   0.778   0.899
//	rarity and the primer                0.9763  0.728   0.793   0.907
//
// A first primer of 375 was written after reading what was missed there, so its gain is told
// too kindly. It was made longer without looking at any comment, but at the rate of honest
// comments held of each blog: those in Indonesian and French were few in it. The same blogs
// left out, with the recall at 2 % too; F1 is the best of any threshold:
//
//	primer                                   AUC     0.5 %   1 %     2 %     F1
//	none                                     0.9740  0.743   0.789   0.844   0.902
//	375 at a quarter                         0.9762  0.737   0.791   0.854   0.908
//	now                                      0.9797  0.749   0.816   0.870   0.913
//	now, spam in Latin script that corpora   0.9788  0.740   0.814   0.865   0.910
//	  hold honest comments in too
//	before the last 71 of ham                0.9786  0.741   0.812   0.864   0.909
//	  the same, spam at half the weight      0.9784  0.739   0.808   0.864   0.908
//	  the same, with questions for the price 0.9779  0.724   0.806   0.859   0.907
//	    in 72 languages
//
// On the unseen blogs, looked at once, it raised recall at 0.5 % from 0.906 to 0.925.
//
// What each group of features brings, by training without it (as 2-22920605 was trained):
//
//	                              blogs left out while training      unseen blogs
//	                              AUC     0.5 %   1 %     F1         AUC     0.5 %   1 %     F1
//	everything                    0.9846  0.807   0.848   0.933      0.9927  0.905   0.935   0.956
//	without words (word, words,   0.9783  0.742   0.806   0.918      0.9908  0.883   0.915   0.952
//	  chars, sited, anchor)
//	without words, stem           0.9565  0.631   0.695   0.868      0.9847  0.786   0.847   0.922
//	without pairs of words        0.9828  0.780   0.827   0.927      0.9923  0.912   0.928   0.953
//	without sited                 0.9840  0.798   0.842   0.929      0.9926  0.898   0.934   0.954
//	without stem                  0.9836  0.796   0.848   0.930      0.9932  0.900   0.935   0.955
//	without author.*              0.9836  0.764   0.836   0.926      0.9893  0.881   0.922   0.948
//	without site.*, sited         0.9800  0.717   0.797   0.915      0.9911  0.863   0.917   0.945
//	without link.*                0.9838  0.790   0.843   0.929      0.9916  0.886   0.922   0.950
//	without link.shape            0.9846  0.813   0.851   0.933      0.9926  0.891   0.933   0.954
//	without shape                 0.9774  0.732   0.796   0.915      0.9893  0.852   0.884   0.940
//	without words of the post     0.9847  0.796   0.843   0.930      0.9921  0.877   0.933   0.951
//
// A difference of 0.01 in recall on the unseen blogs is fourteen comments. Words
// and stem stand in for each other. Groups of three to five letters of every word were
// tried and left away: they took three fifths of the weights and brought nothing. So
// were trees on top of the regression, naive Bayes beside it, and what says whether a
// link is http or https, which tells the year.
//
// 560 pieces of spam of our own that try to get past, in per cent of what is caught, by
// 1-ad3a5a14 before and by 2-474bff28 (hamlet spam eval testdata/evasion.jsonl); letters in
// disguise are homoglyphs, styled, turned and invisible ones and character references:
//
//	all                                72   80     plain offers                       97   97
//	letters in disguise                95   97     leet                               63   53
//	spaced letters                     43   97     written-out addresses              60   90
//	words cut by markup                63   87     random letters                     70   90
//	marks on letters                   90   97     praise with a link                 94  100
//	image as a link                    87   80     splogs in many languages           82   97
//	self-promotion                     75   81     link farms                         97  100
//	honest text around an offer        30   23     "what is your price?"               3    3
//	copied comment and a link           0   13
//
// # Limits
//
// What it does not catch by itself are bots that only ask a question, in any of thirty
// languages, offers inside a long honest text, and copies of honest comments with a link:
// the memory of the site and its moderators have to. It also misses self-promotion under
// videos, and spam in languages it has not seen. Honest comments with exactly one link
// are held 1.8 times as often as all on blogs left out, and 3 times, 5 of 136, on the unseen
// ones. There is too little honest text in most languages to tell its rate; of 494
// honest comments of our own in 47 languages none is held (testdata/harmless.jsonl).
//
// A comment of some 200 characters takes 29 µs, 15 allocations and 17 KB to judge, 21 µs
// of them to extract, and 11 µs to learn (go test -bench 'Extract|Judge|Learn', one core);
// a vector takes some five bytes a feature. Training takes some 12 s of processor time.
package spam
