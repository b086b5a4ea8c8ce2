package io.corale.scheduler;

import io.corale.model.Incarnation;
import io.corale.model.Member;
import io.corale.model.NodeId;
import io.corale.scheduler.Command.Relocated.End;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What tests of who the members are ask of a {@link TestCell}. */
final class MembershipCell {
  private MembershipCell() {}

  /** A cell whose log may say who its members are. */
  static TestCell open() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, new Command.ActivateVersion(Entry.MEMBERS_FORMAT));
    return cell;
  }

  static NodeId node(int number) {
    return new NodeId("m" + number);
  }

  /** The node of this number in its first life. */
  static Member member(int number) {
    return member(number, 1);
  }

  static Member member(int number, long boot) {
    return new Member(
        new Incarnation(node(number), boot), "m" + number + "_9874", "m" + number + ":9874");
  }

  static List<Member> members(int... numbers) {
    List<Member> members = new ArrayList<>();
    for (int number : numbers) {
      members.add(member(number));
    }
    return members;
  }

  static Command.Relocate add(String token, List<Member> before, int add) {
    return new Command.Relocate(token, before, List.of(member(add)), Optional.empty());
  }

  static Command.Relocate remove(String token, List<Member> before, int remove) {
    return new Command.Relocate(token, before, List.of(), Optional.of(node(remove)));
  }

  static Command.Relocate replace(String token, List<Member> before, int remove, int add) {
    return new Command.Relocate(token, before, List.of(member(add)), Optional.of(node(remove)));
  }

  static Command.Relocated done(String token, long configuration) {
    return new Command.Relocated(token, End.DONE, configuration);
  }

  static Command.Relocated undone(String token, long configuration) {
    return new Command.Relocated(token, End.UNDONE, configuration);
  }
}
