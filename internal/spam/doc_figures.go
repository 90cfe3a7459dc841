// Package spam was measured; these are the figures.
//
// # How good it is
//
// Trained on 21,470 labelled comments of 29 blogs and video pages (8,125 spam), model
// 4-e7af0bf9. The first column is what hamlet spam train train.jsonl prints and harder
// than real life, for with the biggest blog, half of all spam is left out too; the others
// are hamlet spam eval dev.jsonl, the last with --unseen train.jsonl:
//
//	                                    blogs left out     6,168 held-out   the 3,426 of them
//	                                    while training     comments         of unseen blogs
//	ROC-AUC                             0.9914           0.9971           0.9963
//	recall at 0.5 % false positives     0.868            0.941            0.917
//	recall at 1 % false positives       0.899            0.965            0.952
//	F1 at the default threshold         0.946            0.968            0.960
//	precision                           0.952            0.981            0.982
//	recall                              0.940            0.954            0.939
//	ham held                            2.91 %           1.23 %           1.25 %
//	ham called spam                     0.21 %           0.08 %           0.05 %
//	expected calibration error          0.003            0.012            0.018
//	ham held, under ten words           2.95 %           1.20 %           1.58 %
//	          first of a name           3.97 %           1.75 %           1.94 %
//	          exactly one link          4.59 %           2.36 %           5 of 136
//	          with code                 0.62 %           0 of 68          0 of 21
//
// The same command leaves languages out, and years, each judged by one regression that was
// trained on the others (the blogs may be the same; languages with 20 comments or more, as
// they are guessed; there is one honest Russian comment, which is held):
//
//	               spam    ham   AUC     recall  ham held
//	English        6775  10990   0.9856  0.928   2.90 %
//	Chinese           9    763   0.9916  0.778   1.57 %
//	Portuguese       48    681   0.9932  0.917   1.47 %
//	French           40    159   0.9950  0.950   5 of 159
//	Indonesian       27    170   0.9778  0.630   2 of 170
//	Russian         183      1   0.8743  0.929   1 of 1
//	Italian          14     84   0.9974  0.857   2 of 84
//	Spanish          27     60   1.0000  0.963   0 of 60
//	Vietnamese       33      0           0.970
//	2004 to 2007      0   1939                   1.96 %
//	2008 to 2011      0   6312                   1.49 %
//	2012 to 2015    254   3326   0.9698  0.764   5.56 %
//	2016 to 2019   5517   1128   0.9901  0.945   3.55 %
//	2020 to 2023   1861    574   0.9946  0.941   1.74 %
//	2024 and later  346     39   0.9847  0.671   1 of 39
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
// Then features of how a text is set and ways to train that lean on no one sign were
// chosen in the same manner, by the mean of four ways to leave a sixth of the blogs out,
// with one regression instead of three:
//
//	                                         AUC     0.5 %   1 %     2 %     F1
//	as before                                0.9777  0.731   0.812   0.863   0.908
//	aim at 0.05 and 0.99                     0.9786  0.745   0.809   0.864   0.910
//	  and hide groups alike, a fifth         0.9793  0.748   0.812   0.865   0.911
//	  and scale by what tells                0.9793  0.750   0.815   0.864   0.912
//	  and hide text 25, author 15, links 5   0.9807  0.751   0.818   0.867   0.913
//	  and five epochs                        0.9812  0.754   0.819   0.869   0.914
//	  and marks                              0.9827  0.780   0.835   0.882   0.917
//	  and lines                              0.9836  0.793   0.842   0.885   0.920
//	  and aim at 0.03 and 0.99               0.9837  0.795   0.844   0.888   0.921
//	hide single features, a fifth            0.9780  0.739   0.802   0.862   0.909
//	a loss that forgives what is far off     0.9773  0.730   0.807   0.861   0.908
//	what more blogs have counts for more     0.9770  0.731   0.803   0.859   0.907
//
// Three words in a row, pairs with a word between, words with their case, counts of each
// mark, and words of the site in the text brought nothing beside these; a group more of
// shapes taken together cost 0.002 of AUC. On the unseen blogs, looked at without lines and
// with them, and then for where to hold from, the gain is 0.002 of AUC and none in recall,
// where ten honest comments decide. A comment was held from 4 % before; now from where none
// of our own harmless ones is, and F1 on blogs left out is no worse.
//
// These features made plain offers pass that are set like an honest comment: of sixteen of
// our own with one link, in seven languages, six were held. Hiding marks, lines and shapes now
// and then while training did not help, offers in the primer did (two ways to leave a sixth of
// the blogs out, one regression; the sixteen are not in the primer):
//
//	                                           AUC     0.5 %   1 %     2 %     F1     offers held
//	reserved names are no sign                 0.9839  0.795   0.841   0.890   0.922   6 of 16
//	  and hide marks and lines, a tenth        0.9838  0.798   0.843   0.889   0.922   6
//	  and 102 offers at a quarter              0.9845  0.798   0.842   0.885   0.921  10
//	  and hide marks, lines, shapes, 15        0.9837  0.796   0.839   0.885   0.920  10
//	  and all spam of the primer at a half     0.9844  0.798   0.838   0.884   0.920  13
//	  and 102 offers at full weight            0.9848  0.801   0.843   0.886   0.921  14
//	  and 133 offers at full weight            0.9848  0.803   0.842   0.887   0.921  16
//	    and doubtful ham at less than a third  0.9849  0.804   0.841   0.886   0.920
//	    and without the first epoch            0.9847  0.803   0.841   0.885   0.920
//	    and questions by authors with a site   0.9855  0.801   0.846   0.887   0.921  16
//	      and words where there is a link      0.9855  0.801   0.845   0.888   0.921  16
//	  and 102 offers, waves by their root      0.9844  0.793   0.836   0.883   0.920  10
//	  and 102 offers, words by n^0.4           0.9844  0.795   0.837   0.884   0.921  10
//
// On the unseen blogs, looked at once, recall at 0.5 % rose from 0.917 to 0.931, at 1 % from
// 0.950 to 0.956; AUC and F1 stayed.
//
// Last, what more could be had was looked for by four other ways to leave a sixth of the blogs
// out, with one regression; two runs that mean the same differ by some 0.005 in recall:
//
//	                                           AUC     0.5 %   1 %     2 %     F1
//	as before                                  0.9831  0.800   0.839   0.881   0.917
//	words and pairs count for half as much     0.9804  0.773   0.819   0.862   0.910
//	  for 1.5 times                            0.9839  0.809   0.847   0.887   0.919
//	  for twice                                0.9837  0.804   0.845   0.885   0.919
//	  for three times                          0.9821  0.781   0.832   0.877   0.916
//	shapes count for 1.5 times                 0.9828  0.791   0.834   0.875   0.915
//	big blogs weigh by the root of their size  0.9818  0.797   0.836   0.875   0.915
//	1.5 times, and offers in honest text       0.9834  0.807   0.844   0.884   0.919
//	  and more short questions, honest ones    0.9834  0.806   0.850   0.885   0.920
//	  and bots' questions at a quarter         0.9823  0.795   0.839   0.883   0.917
//	  the same, without how they are set       0.9832  0.800   0.844   0.885   0.919
//	  all three, bots' at a half: as it is     0.9833  0.804   0.844   0.883   0.919
//	  and honest ones with one link, thrice    0.9827  0.802   0.844   0.882   0.917
//	  and 54 more such in the primer           0.9822  0.797   0.840   0.877   0.915
//
// A slope of its own for each kind of feature, or for short
// comments and for links, found on the verdicts, cost 0.01 to 0.02. Of new features words cut down
// to how they end, three in a row, brought 0.009 at 0.5 % and 0.005 at 1 % in two of the ways,
// which one feature more for every word is not worth; the first and last words, four letters of
// the site's host, short words alone and endings brought nothing. On the unseen blogs, looked at
// once, recall fell from 0.931 to 0.922 at 0.5 % and from 0.956 to 0.950 at 1 %, within what
// chance does there; AUC and F1 stayed.
//
// So the primer's 111 questions of bots for a price went again, which caught 56 % of such. That
// and what follows were told by six ways to leave a sixth of the blogs out that all share, as
// the mean of what it is more or less and its standard error, in per cent (twelve ways
// for 1+p, which was taken, and for twice):
//
//	                                            AUC         0.5 %        1 %          2 %          F1
//	no questions for a price                    +0.06±0.01  +0.5±0.2     0.0±0.2     +0.4±0.1     +0.2±0.0
//	  errors of ham count by 1+p                -0.01±0.00  +0.4±0.1    +0.1±0.0     +0.1±0.0      0.0±0.0
//	  twice those of ham taken for spam         -0.04±0.01  +0.2±0.2    +0.1±0.1     -0.1±0.1      0.0±0.0
//	  half those, if far off                     0.00±0.00  -0.3±0.2    -0.1±0.1     -0.1±0.1      0.0±0.0
//	  those of all by how large they are         0.00±0.01  -0.3±0.3    -0.2±0.1     -0.1±0.1      0.0±0.0
//	  features of three blogs or more           -0.07±0.01  -0.6±0.2    -0.5±0.2     -0.6±0.2     -0.2±0.1
//	  a feature counts less in blogs full of it -0.02±0.01  +0.2±0.3    -0.2±0.1     -0.3±0.1     -0.1±0.0
//	  weights of each blog, thrown away         -0.11±0.01  -1.0±0.2    -0.5±0.1     -0.6±0.1     -0.3±0.1
//	  blogs with more loss count for more       -0.01±0.00  -0.4±0.1    -0.2±0.1     -0.2±0.1      0.0±0.0
//	  half the mean of text and rest, apart     -0.12±0.01  -1.3±0.4    -0.5±0.1     -0.5±0.2     -0.2±0.0
//	  shorter steps in later epochs             -0.06±0.01  -0.7±0.3    -0.3±0.1     -0.4±0.1     -0.2±0.0
//
// Six honest comments in Russian and its neighbours that speak of a site went into the primer
// then, for one of our own was held. On the unseen blogs, looked at once, nothing is gained:
// AUC 0.9964 to 0.9963, recall at 0.5 % 0.922 to 0.917, at 1 % 0.950 to 0.952, F1 0.963 to 0.960,
// all within chance there.
//
// Then what is not a better list of features was tried, by six new ways to leave a sixth of the
// blogs out, against one regression (AUC 0.9820, recall 0.798, 0.844 and 0.879, F1 0.916), in
// per cent again. Nothing of it was taken. Trees, slopes, products and factors stand on top of
// the log-odds by regressions that did not see the blog; the first five kinds of trees were
// tried in three of the ways, the others in four:
//
//	                                            AUC         0.5 %        1 %          2 %          F1
//	the mean of four orders (three are used)   +0.02±0.04  +1.0±0.3    +0.2±0.1     +0.1±0.2     +0.1±0.1
//	  of four, each without a fifth of the blogs
//	                                           -0.06±0.07  -0.4±0.3    -0.6±0.2     -0.4±0.1     -0.2±0.0
//	  of four, each without two fifths         -0.30±0.09  -3.5±0.6    -2.6±0.2     -1.7±0.2     -0.8±0.1
//	the mean of the weights five times an epoch
//	                                           -0.03±0.02   0.0±0.1     0.0±0.1     -0.1±0.1      0.0±0.0
//	honest comments not in English twice       +0.05±0.03  +0.3±0.2     0.0±0.1     +0.1±0.1     +0.1±0.1
//	  those since 2014 twice                   -0.07±0.02  +0.2±0.2    -0.3±0.1     -0.2±0.1     -0.2±0.0
//	a tenth with the author of another of its class
//	                                           -0.01±0.05  +0.4±0.3     0.0±0.2     -0.1±0.2      0.0±0.1
//	  of the spam with an honest text          -0.10±0.09  +0.1±0.3    -0.4±0.2     -0.3±0.1     -0.1±0.1
//	words of the name in the site's address    +0.01±0.00  -0.1±0.2     0.0±0.1      0.0±0.1      0.0±0.0
//	100 trees, depth 3, of counts and log-odds -0.05±0.07   0.0±0.6    -0.1±0.2     +0.1±0.2     +0.1±0.1
//	  depth 2, each of three fifths of the blogs
//	                                           -0.05±0.06  +0.7±0.5    -0.2±0.3     -0.2±0.3     +0.1±0.0
//	  depth 3, of counts alone                 +0.06±0.03  +0.2±0.9    -0.4±0.1     -0.1±0.4      0.0±0.1
//	  and of shapes, marks and lines           -0.15±0.06  +0.1±0.3     0.0±0.2     +0.2±0.1     +0.2±0.0
//	  and of the sum of each group             -0.26±0.15   0.0±0.2    -0.5±0.1     -0.6±0.4     -0.2±0.2
//	  never less spam for higher log-odds      -0.65±0.43  -0.4±0.1    -1.2±0.3     -0.7±0.1     -0.2±0.0
//	    and half the mean with the log-odds    -0.48±0.39  -0.3±0.1    -0.5±0.3      0.0±0.2      0.0±0.1
//	    the same, with lengths of names and addresses
//	                                           -0.41±0.37  +0.6±0.2    +0.2±0.2     +0.2±0.2     +0.2±0.1
//	a slope for each group of features         -0.17±0.13  -1.0±0.2    -0.5±0.1     -0.1±0.2     +0.1±0.1
//	  and products of two groups               -0.53±0.23  -1.9±0.2    -1.2±0.2     -0.8±0.3     -0.5±0.1
//	24 factors of the words of all comments    -0.24±0.23  -1.5±0.4    -0.4±0.3     +0.1±0.3      0.0±0.2
//
// What trees gained came from how long names, sites and the post's address are, which tells
// people and blogs apart, and less than the mean of a few orders brings, which is there already.
// Not tried: factorization machines, losses of pairs.
//
// Then some 1,300 comments more were written for the primer, of the kinds that are missed most (see
// below), each beside honest ones of its sort, and the words and letters of its addresses were
// counted, which are passed over: praise for any post by a person with the site of one of some
// 500 trades, and thanks that name something; promotion under videos, and talk about them; praise
// as machines write it. Six new ways to leave a sixth of the blogs out, against two regressions
// (AUC 0.9856, recall 0.815, 0.854 and 0.891, F1 0.923), in per cent; spam at a quarter, that under
// videos and the honest at full weight, if nothing else is said:
//
//	                                            AUC         0.5 %        1 %          2 %          F1
//	words of the primer's sites count           0.00±0.00  +0.1±0.0    +0.1±0.0     +0.1±0.1      0.0±0.0
//	  and of its links                         +0.02±0.00  +0.2±0.1    +0.1±0.1     -0.1±0.1      0.0±0.0
//	  and four letters of its links            +0.03±0.00  +0.3±0.1     0.0±0.1      0.0±0.1     +0.1±0.0
//	    and praise, and thanks                 +0.04±0.02   0.0±0.2    +0.3±0.2     +0.2±0.1     +0.1±0.1
//	    and under videos                       +0.07±0.03  +1.2±0.3    +0.6±0.3     +0.4±0.1     +0.2±0.1
//	      at a quarter                         +0.07±0.03  +1.0±0.4    +0.5±0.3     +0.3±0.1     +0.2±0.1
//	    and as by machines, and thanks         +0.08±0.03  +0.2±0.3    +0.4±0.2     +0.1±0.1     +0.2±0.1
//	      at full weight                       +0.06±0.03  +0.4±0.4    +0.4±0.4     +0.2±0.1     +0.1±0.0
//	    and all these                          +0.16±0.02  +0.7±0.2    +0.9±0.3     +0.7±0.1     +0.4±0.1
//	      without words of addresses           +0.12±0.02  +0.2±0.2    +0.7±0.2     +0.5±0.2     +0.3±0.1
//	      and praise by firms, all at full     +0.13±0.02  -1.4±0.4    +0.2±0.2     +0.6±0.2     +0.4±0.1
//	    the same, praise anew, more of others  +0.15±0.02  +1.7±0.2    +1.0±0.2     +0.6±0.1     +0.3±0.1
//	      at an eighth                         +0.16±0.02  +1.7±0.2    +1.2±0.2     +0.7±0.1     +0.4±0.0
//	      and praise by firms at an eighth     +0.16±0.02  +1.3±0.3    +0.9±0.3     +0.6±0.1     +0.3±0.1
//	      and thanks in more languages         +0.19±0.02  +1.1±0.3    +1.1±0.3     +0.8±0.1     +0.4±0.1
//	        and 63 offers in honest text       +0.16±0.03  +0.8±0.2    +0.8±0.3     +1.0±0.1     +0.5±0.1
//
// Where a blog's comments of one label weigh as 3,600 at most, recall at 0.5 % and 1 % gains
// nothing by the last row (-0.2±0.2, -0.1±0.2). With three regressions and the twelve
// folds of the first table a model with half of those offers, at a quarter, and no praise in
// languages with one line of it has AUC 0.9921, recall 0.864 and 0.901 and F1 0.946; it holds none
// of our own harmless comments and catches 0.882 of what evades. On the unseen blogs, looked
// at twice, with the offers at full weight and at a quarter, recall is 0.922 and 0.924 at 0.5 %
// instead of 0.917, 0.955 and 0.953 at 1 % instead of 0.952, but AUC 0.9961 and 0.9960 instead of
// 0.9963 and F1 0.954 instead of 0.960. So it was not taken. Before the thanks in more languages
// five of our own harmless comments were held. Some of the praise of the rows before "praise anew"
// was like comments of a corpus, as spam often is; of that after them nothing shares more than a
// quarter of its runs of four words with any.
//
// Of the 110 honest comments of blogs left out that are most like spam some thirty are, as far
// as a reader can tell, spam that nobody took away; most others are for something, their
// author's own blog as a rule, or are hardly more than a link. Of 795 spam missed where 1 % of
// the honest are held, 335 are on the biggest blog, mostly praise with a site by what could be
// a person's name; 136 promote themselves under videos; 107 are on one blog, much of it praise
// written by machines, without a link; and 87 on another, 48 of them a name and nothing else.
//
// Where a comment is held from could be moved instead: 3.75 % of the ham by weight is 2.9 % by
// number on blogs left out, where 2.7 % wait as unsure, more than the 1 in 50 that the defaults
// are for; on the unseen blogs 1.2 % wait. With less, F1 rises a little on blogs left out and
// falls on the unseen ones, where it was looked at once and nothing was chosen by it. So it stays:
//
//	                      blogs left out             unseen blogs               evasion
//	ham held, by weight   held     unsure   F1       held     unsure   F1       caught
//	3.75 %, as it is      2.91 %   2.70 %   0.946    1.25 %   1.20 %   0.960    0.877
//	3.25 %                2.44 %   2.23 %   0.947    1.10 %   1.05 %   0.955    0.873
//	2.75 %                1.97 %   1.76 %   0.948    0.85 %   0.80 %   0.951    0.863
//	2.25 %                1.55 %   1.34 %   0.947    0.60 %   0.55 %   0.948    0.855
//
// What each group of features brings, by training without it: of the blogs left out in six
// folds, by one regression instead of three (hamlet spam train train.jsonl --ablation):
//
//	without                            AUC      0.5 %    1 %      F1
//	nothing                            0.9908   0.859   0.896    0.944
//	all words                          0.9699   0.701   0.771    0.893
//	word, words, chars, sited, anchor  0.9847   0.784   0.837    0.926
//	words                              0.9896   0.841   0.880    0.940
//	sited                              0.9905   0.848   0.893    0.943
//	stem                               0.9903   0.848   0.891    0.943
//	author                             0.9893   0.813   0.864    0.938
//	site, sited                        0.9873   0.794   0.857    0.931
//	link                               0.9903   0.846   0.883    0.940
//	link.shape                         0.9909   0.859   0.892    0.944
//	shape                              0.9880   0.824   0.878    0.940
//	marks                              0.9900   0.841   0.893    0.942
//	lines                              0.9904   0.845   0.891    0.944
//	marks, lines                       0.9892   0.825   0.876    0.941
//
// Marks and lines are worth 0.034 of recall at 0.5 % there. With 3-aae3f25b, without the
// offers in the primer, it was 0.039, and they cost 0.018 on the unseen blogs.
//
// A difference of 0.01 in recall on the unseen blogs is fourteen comments. Words
// and stem stand in for each other. Groups of three to five letters of every word were
// tried and left away: they took three fifths of the weights and brought nothing. So
// were trees on top of the regression, naive Bayes beside it, and what says whether a
// link is http or https, which tells the year.
//
// 560 pieces of spam of our own that try to get past, in per cent of what is caught, by
// 1-ad3a5a14 before and by 4-e7af0bf9 (hamlet spam eval testdata/evasion.jsonl); letters in
// disguise are homoglyphs, styled, turned and invisible ones and character references:
//
//	all                                72   88     plain offers                       97  100
//	letters in disguise                95  100     leet                               63   97
//	spaced letters                     43  100     written-out addresses              60   97
//	words cut by markup                63   97     random letters                     70   95
//	marks on letters                   90  100     praise with a link                 94  100
//	image as a link                    87   80     splogs in many languages           82  100
//	self-promotion                     75   81     link farms                         97  100
//	honest text around an offer        30   60     "what is your price?"               3    3
//	copied comment and a link           0   44
//
// The sentences of the set are not in the primer, but others are that say the same in the
// same languages.
//
// # Limits
//
// What it does not catch by itself are bots that only ask for a price or something else, many
// offers inside a long honest text, and copies of honest comments with a link: the memory of
// the site and its moderators have to. It also misses self-promotion
// under videos, and spam in languages it has not seen. Honest comments with exactly one link are
// held 1.6 times as often as all on blogs left out, and 3 times, 5 of 136, on the unseen ones.
// There is too little honest text in most languages to tell its rate; of 494 honest comments of
// our own in 47 languages one is held (testdata/harmless.jsonl).
//
// A comment of some 200 characters takes 31 µs of processor time, 14 allocations and 17 KB to
// judge, 19 µs of them to extract, and 11 µs and two allocations to learn (go test -bench
// 'Extract|Judge|Learn', 40,000 times each, one core of a busy machine, so by the processor's
// time); a vector takes some five bytes a feature. Training takes some 28 s of processor
// time, a third of it for languages and years left out.
package spam
