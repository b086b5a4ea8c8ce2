package io.corale.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** From what a node says of itself, twice, to the table of {@code corale top}. */
class TopRowTest {
  private static final String ACME =
      """
      # TYPE corale_cell_standing gauge
      corale_cell_standing{cell="0",owner="acme",standing="superpeer"} 1
      corale_cell_standing{cell="0",owner="globex",standing="follower"} 1
      corale_cell_term{cell="0",owner="acme"} 3
      corale_cell_live_invocations{cell="0",owner="acme"} 40
      corale_scope_queued_calls{account="eu",cell="0",owner="acme",provider="http",scope="account"} 7
      corale_scope_queued_calls{account="us",cell="0",owner="acme",provider="http",scope="account"} 2
      corale_scope_queued_calls{account="eu",cell="0",owner="acme",provider="http",scope="small"} 7
      corale_scope_running_calls{account="eu",cell="0",owner="acme",provider="http",scope="account"} 4
      corale_scope_leased_calls{account="eu",cell="0",owner="acme",provider="http",scope="account"} 1
      corale_scope_limit_calls{account="eu",cell="0",owner="acme",provider="http",scope="account"} 5
      corale_cell_commit_seconds{cell="0",owner="acme",quantile="0.5"} 0.0021
      corale_cell_commit_seconds{cell="0",owner="acme",quantile="0.99"} 0.0457
      """;

  private static Scraped look(int commands, int entries) {
    return Scraped.of(
        "n1",
        ACME
            + "corale_cell_entry_commands_sum{cell=\"0\",owner=\"acme\"} "
            + commands
            + "\ncorale_cell_entry_commands_count{cell=\"0\",owner=\"acme\"} "
            + entries
            + "\n");
  }

  private static List<String> lines(List<TopRow> rows) {
    StringWriter out = new StringWriter();
    TopView.table(rows).print(new PrintWriter(out));
    return out.toString().lines().map(line -> line.replaceAll(" {2,}", "|")).toList();
  }

  @Test
  void aCellIsShownByItsSuperpeerWithRatesBetweenTwoLooks() {
    List<TopRow> rows = TopRow.of(Optional.of(look(100, 50)), look(400, 150), 2.0);

    assertThat(lines(rows))
        .containsExactly(
            "OWNER|CELL|SUPERPEER|ROLE|TERM|LIVE|QUEUED|RUNNING|LEASED|LIMIT|ENTRIES/S|CMD/ENTRY"
                + "|COMMIT P50|P99",
            "acme|0|n1|superpeer|3|40|9|4|1|5|50.0|3.0|2.1 ms|45.7 ms");
  }

  @Test
  void whatIsNotKnownIsNotGuessed() {
    assertThat(lines(TopRow.of(Optional.empty(), look(4, 1), 1.0)).get(1)).contains("|5|-|-|2.1");
    assertThat(lines(TopRow.of(Optional.of(look(9, 9)), look(4, 1), 1.0)).get(1))
        .as("a node that was started anew in between")
        .contains("|5|-|-|2.1");
    assertThat(TopView.json(TopRow.of(Optional.empty(), look(4, 1), 1.0)).toString())
        .contains("\"entriesPerSecond\":null", "\"queued\":9", "\"commitP50Seconds\":0.0021");
  }

  @Test
  void labelsAreReadAsTheyWereMeant() {
    Scraped scraped =
        Scraped.of(
            "n1", "m{a=\"q\\\"u\\\\o\\nte, x=\\\"}\",b=\"\"} 1.5E-5\nno line of ours\nn NaN\n");

    assertThat(scraped.all("m"))
        .singleElement()
        .isEqualTo(
            new Scraped.Value(
                "m", new TreeMap<>(Map.of("a", "q\"u\\o\nte, x=\"}", "b", "")), 1.5e-5));
    assertThat(scraped.all("n")).hasSize(1);
  }
}
