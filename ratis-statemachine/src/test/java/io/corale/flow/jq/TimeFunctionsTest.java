package io.corale.flow.jq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Times in UTC, as jq 1.6 prints them; {@code now} is given from outside. */
class TimeFunctionsTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

  private static String evaluated(String text, String input, Budget budget) throws Exception {
    return Query.compile(text, new TreeSet<>())
        .evaluate(MAPPER.readTree(input), new TreeMap<>(), budget)
        .toString();
  }

  @ParameterizedTest(name = "{0} of {1}")
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '`',
      textBlock =
"""
todate                                   ! 1425599621.9 ! "2015-03-05T23:53:41Z"
todate                                   ! -1           ! "1969-12-31T23:59:59Z"
fromdate                                 ! "2015-03-05T23:51:47Z" ! 1425599507
gmtime                                   ! 1425599621   ! [2015,2,5,23,53,41,4,63]
gmtime[5] * 4                            ! 1425599621.25 ! 165
mktime                                   ! [2015,2,5,23,53,41.678,4,63] ! 1425599621
mktime                                   ! [2015,14,35,25,61,61,0,0] ! 1459821721
strftime("%A %a %B %b %j %e %u %w %y")   ! 1425599621   ! "Thursday Thu March Mar 064  5 4 4 15"
strftime("%I %p %Z %z %s %T %F %D %R %%") ! 1425599621  ! "11 PM UTC +0000 1425599621 23:53:41 2015-03-05 03/05/15 23:53 %"
strftime("%Y")                           ! [2015,2,5,23,53,41,4,63] ! "2015"
strptime("%Y-%m-%dT%H:%M:%SZ")           ! "2015-03-05T23:51:47Z" ! [2015,2,5,23,51,47,4,63]
strptime("%d %B %Y")                     ! "5 March 2015" ! [2015,2,5,0,0,0,4,63]
strptime("%j %Y")                        ! "63 2015"    ! [2015,2,4,0,0,0,3,62]
strptime("%I:%M %p, %b %d, %y")          ! "12:30 am, Mar 05, 15" ! [2015,2,5,0,30,0,4,63]
strptime("%FT%T%z") | mktime | todate    ! "2015-03-05T01:02:03+02:00" ! "2015-03-04T23:02:03Z"
try strptime("%Y-%m-%d") catch "no"      ! "2015-02-31" ! "no"
try strftime("%Q") catch "no"            ! 1            ! "no"
try todate catch "no"                    ! 1e12         ! "no"
now | todate                             ! null         ! "2026-01-02T03:04:05Z"
[now, now] | unique                      ! null         ! [1767323045.678]
""")
  void tellsTheTime(String text, String input, String expected) throws Exception {
    String found = evaluated(text, input, new Budget(() -> false, NOW));
    assertThat(MAPPER.readTree(found)).isEqualTo(MAPPER.readTree(expected));
  }

  @Test
  void thereIsNoTimeWhereNoneIsGiven() {
    assertThatThrownBy(() -> evaluated("now", "null", new Budget(() -> false)))
        .hasMessageContaining("there is no time here");
  }
}
