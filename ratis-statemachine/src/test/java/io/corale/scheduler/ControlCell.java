package io.corale.scheduler;

import io.corale.model.ServiceClass;
import io.corale.scheduler.Command.Hold.Target;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What tests of holds and priorities ask of a {@link TestCell}. */
final class ControlCell {
  /** Who asks for all of it. */
  static final String ME = "me";

  private static final long WHENEVER = Long.MAX_VALUE;

  private ControlCell() {}

  static Target one(String invocation) {
    return new Target.OfInvocation(TestCell.id(invocation));
  }

  static Target composition() {
    return new Target.OfComposition(TestCell.COMPOSITION.name());
  }

  static Target owner() {
    return new Target.OfOwner();
  }

  static Command hold(Target target, String reason) {
    return new Command.Hold(target, true, ME, reason, WHENEVER);
  }

  static Command hold(Target target) {
    return hold(target, "");
  }

  static Command release(Target target) {
    return new Command.Hold(target, false, ME, "", WHENEVER);
  }

  static Command prioritize(String invocation, ServiceClass serviceClass) {
    return new Command.Prioritize(
        TestCell.id(invocation), Optional.of(serviceClass), OptionalLong.empty(), ME, WHENEVER);
  }

  static Command prioritize(String invocation, long deadlineMicros) {
    return new Command.Prioritize(
        TestCell.id(invocation), Optional.empty(), OptionalLong.of(deadlineMicros), ME, WHENEVER);
  }

  /** Its only call returns, and with it the invocation ends. */
  static Command ended(String invocation) {
    return TestCell.settle(TestCell.attempt(invocation, 1, 1), TestCell.at(0, 1, TestCell.end(0)));
  }

  /** The invocations of what an entry has started. */
  static List<String> started(Applied applied) {
    return TestCell.starts(applied).stream()
        .map(attempt -> attempt.call().invocation().value())
        .toList();
  }

  static Invocation.Submission submission(TestCell cell, String invocation) {
    return cell.scheduler.image().invocations().stream()
        .map(Invocation::submission)
        .filter(each -> each.id().equals(TestCell.id(invocation)))
        .findFirst()
        .orElseThrow();
  }
}
