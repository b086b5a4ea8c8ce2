package io.corale.scheduler;

import io.corale.model.Terms;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** A log in which an owner agrees to terms, and something is refused by them. Always the same. */
public final class TermsLog {
  private TermsLog() {}

  /** Its entries from index 1 on, each of the term of its proposer. */
  public static List<Entry> entries() {
    TestCell cell = TestCell.open(1).keepingWaits();
    cell.apply(1, TestCell.submit("before"), TestCell.submit("waiting"));
    cell.apply(1, new Command.ActivateVersion(Entry.TERMS_FORMAT));
    SortedMap<String, Integer> weights = new TreeMap<>();
    weights.put("ada", 3);
    weights.put("bob", 7);
    cell.apply(1, new Command.Agree(new Terms(1, 2, 1_000_000, 4, 3, weights)));
    cell.apply(1, ControlCell.ended("before"));
    cell.apply(TestCell.SECOND, TestCell.submit("a"), TestCell.submit("b"));
    cell.apply(1, TestCell.submit("refused"));
    cell.apply(TestCell.SECOND, ControlCell.ended("waiting"));
    cell.takeOver();
    cell.apply(TestCell.SECOND, TermsCell.queued(1, 9), TestCell.submit("again"));
    return cell.entries();
  }
}
