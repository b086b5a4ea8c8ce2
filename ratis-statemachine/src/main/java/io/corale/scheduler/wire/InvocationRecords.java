package io.corale.scheduler.wire;

import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.scheduler.Branch;
import io.corale.scheduler.Invocation;
import io.corale.scheduler.Signal;
import io.corale.scheduler.Trace;
import io.corale.wire.Snapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Translates the records of a snapshot that concern invocations and their branches. */
final class InvocationRecords {
  private InvocationRecords() {}

  static Snapshots.Invocation write(Invocation invocation) {
    Invocation.Submission submission = invocation.submission();
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
            .setNextBranch(invocation.nextBranch())
            .setBranches(invocation.branches())
            .setCallsOpened(invocation.callsOpened())
            .setCallsEnded(invocation.callsEnded())
            .setTrace(invocation.trace().packed())
            .setTraceCount(invocation.trace().count())
            .setTraceDropped(invocation.trace().dropped());
    invocation
        .ended()
        .ifPresent(
            ended -> wire.setEnding(Words.write(ended.ending())).setEndedMicros(ended.atMicros()));
    return wire.build();
  }

  static Invocation read(Snapshots.Invocation wire) {
    return new Invocation(
        submission(wire),
        wire.getNextBranch(),
        wire.getBranches(),
        wire.getCallsOpened(),
        wire.getCallsEnded(),
        new Trace(wire.getTrace(), wire.getTraceCount(), wire.getTraceDropped()),
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
        wire.getTraceParent());
  }

  static Snapshots.Branch write(Branch branch) {
    Snapshots.Branch.Builder wire =
        Snapshots.Branch.newBuilder()
            .setInvocation(branch.key().invocation().value())
            .setNumber(branch.key().number())
            .setParent(branch.parent())
            .setElder(branch.elder())
            .setLastChild(branch.lastChild())
            .setOpenChildren(branch.openChildren())
            .setStep(branch.step())
            .setState(branch.state().bytes())
            .setCall(branch.call());
    branch.pending().ifPresent(signal -> wire.setPending(write(signal)));
    branch.output().ifPresent(output -> wire.setOutput(Words.write(output)));
    return wire.build();
  }

  static Branch read(Snapshots.Branch wire) {
    return new Branch(
        new Branch.Key(new InvocationId(wire.getInvocation()), wire.getNumber()),
        wire.getParent(),
        wire.getElder(),
        wire.getLastChild(),
        wire.getOpenChildren(),
        wire.getStep(),
        Words.payload(wire.getState()),
        wire.getCall(),
        wire.hasPending() ? Optional.of(read(wire.getPending())) : Optional.empty(),
        wire.hasOutput() ? Optional.of(Words.read(wire.getOutput())) : Optional.empty());
  }

  private static Snapshots.Signal write(Signal signal) {
    Snapshots.Signal.Builder wire = Snapshots.Signal.newBuilder();
    if (signal instanceof Signal.Returned returned) {
      wire.setReturned(Words.write(returned.result()));
    } else if (signal instanceof Signal.Failed failed) {
      wire.setFailed(Words.write(failed.problem()));
    } else if (signal instanceof Signal.Joined joined) {
      Snapshots.Signal.Joined.Builder outputs = Snapshots.Signal.Joined.newBuilder();
      joined.outputs().forEach(output -> outputs.addOutputs(Words.write(output)));
      wire.setJoined(outputs);
    }
    return wire.build();
  }

  private static Signal read(Snapshots.Signal wire) {
    return switch (wire.getWhatCase()) {
      case RETURNED -> new Signal.Returned(Words.read(wire.getReturned()));
      case FAILED -> new Signal.Failed(Words.read(wire.getFailed()));
      case JOINED -> {
        List<Payload> outputs = new ArrayList<>(wire.getJoined().getOutputsCount());
        wire.getJoined().getOutputsList().forEach(output -> outputs.add(Words.read(output)));
        yield new Signal.Joined(outputs);
      }
      case WHAT_NOT_SET -> throw new UnknownFormat("unknown signal in a snapshot");
    };
  }
}
