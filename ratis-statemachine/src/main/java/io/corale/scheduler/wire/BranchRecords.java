package io.corale.scheduler.wire;

import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.scheduler.Branch;
import io.corale.scheduler.Children;
import io.corale.scheduler.Ears;
import io.corale.scheduler.Signal;
import io.corale.scheduler.Spread;
import io.corale.scheduler.Waiting;
import io.corale.wire.Snapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Translates the records of a snapshot that concern branches. */
final class BranchRecords {
  private BranchRecords() {}

  static Snapshots.Branch write(Branch branch) {
    Children children = branch.waiting().children();
    Snapshots.Branch.Builder wire =
        Snapshots.Branch.newBuilder()
            .setInvocation(branch.key().invocation().value())
            .setNumber(branch.key().number())
            .setParent(branch.parent())
            .setElder(branch.elder())
            .setLastChild(children.last())
            .setOpenChildren(children.open())
            .setRacing(children.isRace())
            .setStep(branch.step())
            .setState(Words.bytes(branch.state()))
            .setCall(branch.waiting().call())
            .setRun(branch.waiting().run());
    children.spread().ifPresent(spread -> wire.setSpread(write(spread)));
    branch.waiting().timers().forEach(timer -> wire.addTimers(write(timer)));
    branch.waiting().ears().all().forEach(ear -> wire.addEars(EventRecords.write(ear)));
    branch
        .waiting()
        .ears()
        .hearing()
        .ifPresent(hearing -> wire.setHearing(EventRecords.write(hearing)));
    branch.pending().ifPresent(signal -> wire.setPending(write(signal)));
    branch.output().ifPresent(output -> wire.setOutput(Words.write(output)));
    Snapshots.BranchTexts texts = texts(branch);
    if (texts.getSerializedSize() > 0) {
      wire.setTexts(texts);
    }
    return wire.build();
  }

  /** What fields of bytes are empty for. */
  private static Snapshots.BranchTexts texts(Branch branch) {
    Snapshots.BranchTexts.Builder wire = Snapshots.BranchTexts.newBuilder();
    if (branch.state().isReference()) {
      wire.setState(Words.write(branch.state().reference()));
    }
    branch
        .waiting()
        .children()
        .spread()
        .filter(Spread::hasTexts)
        .ifPresent(spread -> write(spread, wire));
    return wire.build();
  }

  private static void write(Spread spread, Snapshots.BranchTexts.Builder wire) {
    if (spread.seed().isReference()) {
      wire.setSeed(Words.write(spread.seed().reference()));
    }
    spread.items().stream()
        .filter(Payload::isReference)
        .forEach(item -> wire.addItems(Words.write(item.reference())));
  }

  static Branch read(Snapshots.Branch wire) {
    return new Branch(
        new Branch.Key(new InvocationId(wire.getInvocation()), wire.getNumber()),
        wire.getParent(),
        wire.getElder(),
        wire.getStep(),
        wire.getTexts().hasState()
            ? Payload.of(Words.read(wire.getTexts().getState()))
            : Words.payload(wire.getState()),
        new Waiting(
            wire.getCall(),
            wire.getRun(),
            new Children(
                wire.getLastChild(),
                wire.getOpenChildren(),
                wire.getRacing(),
                wire.hasSpread()
                    ? Optional.of(read(wire.getSpread(), wire.getTexts()))
                    : Optional.empty()),
            wire.getTimersList().stream().map(BranchRecords::read).toList(),
            new Ears(
                wire.getEarsList().stream().map(EventRecords::read).toList(),
                wire.hasHearing()
                    ? Optional.of(EventRecords.read(wire.getHearing()))
                    : Optional.empty()),
            wire.hasPending() ? Optional.of(read(wire.getPending())) : Optional.empty()),
        wire.hasOutput() ? Optional.of(Words.read(wire.getOutput())) : Optional.empty());
  }

  private static Snapshots.Timer write(Waiting.Timer timer) {
    return Snapshots.Timer.newBuilder()
        .setNumber(timer.number())
        .setDueMicros(timer.dueMicros())
        .setSequence(timer.sequence())
        .build();
  }

  private static Waiting.Timer read(Snapshots.Timer wire) {
    return new Waiting.Timer(wire.getNumber(), wire.getDueMicros(), wire.getSequence());
  }

  private static Snapshots.Spread write(Spread spread) {
    Snapshots.Spread.Builder wire =
        Snapshots.Spread.newBuilder()
            .setSeed(Words.bytes(spread.seed()))
            .setParallelism(spread.parallelism())
            .setOpened(spread.opened())
            .setOutputBytes(spread.outputBytes());
    spread.items().forEach(item -> wire.addItems(Words.bytes(item)));
    return wire.build();
  }

  private static Spread read(Snapshots.Spread wire, Snapshots.BranchTexts texts) {
    Payload seed =
        texts.hasSeed() ? Payload.of(Words.read(texts.getSeed())) : Words.payload(wire.getSeed());
    List<Payload> items = Words.items(wire.getItemsList(), texts.getItemsList());
    return Spread.of(seed, items, wire.getParallelism())
        .at(wire.getOpened(), wire.getOutputBytes());
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
    } else if (signal instanceof Signal.Elapsed elapsed) {
      wire.setElapsed(elapsed.timer());
    } else if (signal instanceof Signal.Item item) {
      wire.setItem(
          Snapshots.Signal.Item.newBuilder()
              .setIndex(item.index())
              .setItem(Words.write(item.item())));
    } else if (signal instanceof Signal.Heard heard) {
      wire.setHeard(EventRecords.write(heard));
    } else if (signal instanceof Signal.Resumed) {
      wire.setResumed(Snapshots.Signal.Resumed.getDefaultInstance());
    } else if (signal instanceof Signal.Begun begun) {
      wire.setBegun(
          Snapshots.Signal.Begun.newBuilder()
              .setInput(Words.write(begun.input()))
              .setRestMicros(begun.restMicros()));
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
      case ELAPSED -> new Signal.Elapsed(wire.getElapsed());
      case ITEM -> new Signal.Item(wire.getItem().getIndex(), Words.read(wire.getItem().getItem()));
      case RESUMED -> new Signal.Resumed();
      case BEGUN ->
          new Signal.Begun(Words.read(wire.getBegun().getInput()), wire.getBegun().getRestMicros());
      case HEARD -> EventRecords.read(wire.getHeard());
      case WHAT_NOT_SET -> throw new UnknownFormat("unknown signal in a snapshot");
    };
  }
}
