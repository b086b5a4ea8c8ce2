package io.corale.scheduler.wire;

import io.corale.model.InvocationId;
import io.corale.scheduler.Branch;
import io.corale.scheduler.BranchView;
import io.corale.scheduler.Invocation;
import io.corale.scheduler.Trace;
import io.corale.wire.Snapshots;
import java.util.Optional;
import java.util.TreeMap;

/** Translates the records of a snapshot that concern invocations. */
final class InvocationRecords {
  private InvocationRecords() {}

  static Snapshots.Invocation write(Invocation invocation) {
    Invocation.Submission submission = invocation.submission();
    Invocation.Counts counts = invocation.counts();
    Snapshots.Invocation.Builder wire =
        Snapshots.Invocation.newBuilder()
            .setId(submission.id().value())
            .setComposition(Words.write(submission.composition()))
            .setCaller(submission.caller())
            .putAllLabels(submission.labels())
            .setParent(submission.parent().map(InvocationId::value).orElse(""))
            .setServiceClass(Words.write(submission.serviceClass()))
            .setSequence(submission.sequence())
            .setAcceptedMicros(submission.acceptedMicros())
            .setAcceptedWallMillis(submission.acceptedWallMillis())
            .setDeadlineMicros(submission.deadlineMicros())
            .setRankMicros(submission.rankMicros())
            .setReceiptUntilMicros(submission.receiptUntilMicros())
            .setTraceParent(submission.traceParent())
            .setNextBranch(counts.nextBranch())
            .setBranches(counts.branches())
            .setCallsBefore(counts.callsBefore())
            .setCallsOpened(counts.callsOpened())
            .setCallsEnded(counts.callsEnded())
            .setLastRun(counts.lastRun())
            .setDepth(submission.descent().depth())
            .setQuiet(submission.descent().isQuiet())
            .setIncidents(submission.descent().wantsIncidents())
            .setAwaitedBy(submission.descent().awaitedBy().map(key -> key.number() + 1).orElse(0))
            .setTrace(invocation.trace().packed())
            .setTraceCount(invocation.trace().count())
            .setTraceDropped(invocation.trace().dropped());
    BranchView.Context context = invocation.context();
    if (context.version() > 0) {
      wire.setContext(Words.write(context.value())).setContextVersion(context.version());
    }
    invocation.held().ifPresent(held -> wire.setHeld(ControlCodec.write(held)));
    invocation.kept().forEach(mail -> wire.addKept(EventRecords.write(mail)));
    invocation
        .ended()
        .ifPresent(
            ended -> wire.setEnding(Words.write(ended.ending())).setEndedMicros(ended.atMicros()));
    return wire.build();
  }

  static Invocation read(Snapshots.Invocation wire) {
    return new Invocation(
        submission(wire),
        new Invocation.Counts(
            wire.getNextBranch(),
            wire.getBranches(),
            wire.getCallsBefore(),
            wire.getCallsOpened(),
            wire.getCallsEnded(),
            wire.getLastRun()),
        wire.getContextVersion() > 0
            ? new BranchView.Context(Words.read(wire.getContext()), wire.getContextVersion())
            : BranchView.Context.NONE,
        wire.getKeptList().stream().map(EventRecords::read).toList(),
        new Trace(wire.getTrace(), wire.getTraceCount(), wire.getTraceDropped()),
        wire.hasHeld() ? Optional.of(ControlCodec.read(wire.getHeld())) : Optional.empty(),
        wire.hasEnding()
            ? Optional.of(new Invocation.Ended(Words.read(wire.getEnding()), wire.getEndedMicros()))
            : Optional.empty());
  }

  private static Invocation.Submission submission(Snapshots.Invocation wire) {
    return new Invocation.Submission(
        new InvocationId(wire.getId()),
        Words.read(wire.getComposition()),
        wire.getCaller(),
        new TreeMap<>(wire.getLabelsMap()),
        Words.optional(wire.getParent()).map(InvocationId::new),
        Words.read(wire.getServiceClass()),
        wire.getSequence(),
        wire.getAcceptedMicros(),
        wire.getAcceptedWallMillis(),
        wire.getDeadlineMicros(),
        wire.getRankMicros(),
        wire.getReceiptUntilMicros(),
        wire.getTraceParent(),
        descent(wire));
  }

  private static Invocation.Descent descent(Snapshots.Invocation wire) {
    return new Invocation.Descent(
        wire.getDepth(),
        wire.getAwaitedBy() == 0
            ? Optional.empty()
            : Optional.of(
                new Branch.Key(new InvocationId(wire.getParent()), wire.getAwaitedBy() - 1)),
        wire.getQuiet(),
        wire.getIncidents());
  }
}
