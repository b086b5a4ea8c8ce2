package io.corale.scheduler;

import static io.corale.scheduler.MembershipCell.add;
import static io.corale.scheduler.MembershipCell.done;
import static io.corale.scheduler.MembershipCell.members;
import static io.corale.scheduler.MembershipCell.node;
import static io.corale.scheduler.MembershipCell.remove;
import static io.corale.scheduler.MembershipCell.replace;
import static io.corale.scheduler.MembershipCell.undone;

import java.util.List;
import java.util.Optional;

/** A log in which members come and go, over several superpeers. Always the same. */
public final class MembershipLog {
  private MembershipLog() {}

  /**
   * Its entries from index 1 on, each of the term of its proposer. In the end a move is open that
   * replaces a member, and three are former ones: one that was removed, two that never were added.
   */
  public static List<Entry> entries() {
    TestCell cell = TestCell.open(1).keepingWaits();
    cell.apply(1, TestCell.submit("before"));
    cell.apply(1, new Command.ActivateVersion(Entry.MEMBERS_FORMAT));
    cell.apply(1, add("grow-1", members(1), 2));
    cell.apply(1, add("grow-1", members(1), 2), add("grow-2", members(1), 3));
    cell.apply(TestCell.SECOND, done("grow-1", 10));
    cell.takeOver();
    cell.apply(1, add("grow-2", members(1, 2), 3));
    cell.apply(1, done("grow-2", 20), done("grow-2", 21));
    cell.apply(1, replace("move-1", members(1, 2, 3), 1, 4));
    cell.takeOver();
    cell.apply(1, done("move-1", 30), TestCell.submit("during"));
    cell.apply(
        1, new Command.Relocate("grow-3", members(2, 3, 4), members(5, 6), Optional.empty()));
    cell.apply(1, undone("grow-3", 40));
    cell.apply(1, remove("less-1", members(2, 3, 4), 2));
    cell.apply(1, done("less-1", 50), new Command.Cleaned(node(2), 49));
    cell.apply(1, new Command.Cleaned(node(1), 30), new Command.Cleaned(node(9), 1));
    cell.apply(
        TestCell.SECOND,
        new Command.Relocate("move-2", members(3, 4), members(6, 7), Optional.of(node(3))),
        new Command.Check());
    return cell.entries();
  }
}
