# Asks as a program does that uses Net::Akismet.
use strict;
use warnings;
use Net::Akismet;

my ($key, $spam, $ham) = @ARGV;

sub client { return Net::Akismet->new(KEY => $_[0], URL => 'http://shop.example.org/') }

sub comment {
    return (USER_IP => '192.0.2.7', COMMENT_USER_AGENT => 'Firefox', COMMENT_AUTHOR => 'Mira',
        COMMENT_AUTHOR_EMAIL => 'mira@example.org', COMMENT_CONTENT => $_[0], @_[1 .. $#_]);
}

sub told { print defined $_[0] ? $_[0] : 'undef', "\n" }

my $good = client($key) or die 'the key is not accepted';
print "true\n";
told(client('ffffffffffff') ? 'true' : 'false');
told($good->check(comment($spam)));
told($good->check(comment($ham)));
told($good->check(comment($ham, COMMENT_AUTHOR => 'viagra-test-123')));
$good->spam(comment($ham)) or die 'the report is not taken';
told($good->check(comment($ham)));
$good->ham(comment($ham)) or die 'the report is not taken';
told($good->check(comment($ham)));
