package io.corale.scheduler.wire;

import io.corale.model.AccountId;
import io.corale.model.CallId;
import io.corale.model.CellId;
import io.corale.model.InvocationId;
import io.corale.model.OwnerId;
import io.corale.model.Retention;
import io.corale.scheduler.Call;
import io.corale.scheduler.Controlled;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Executor;
import io.corale.scheduler.Image;
import io.corale.scheduler.Membership;
import io.corale.scheduler.Slot;
import io.corale.wire.Decode;
import io.corale.wire.Encode;
import io.corale.wire.Snapshots;
import java.util.Optional;

/** Translates the records of a snapshot that concern the cell, its calls and slots. */
final class SnapshotRecords {
  private SnapshotRecords() {}

  static Snapshots.Header write(Image.Header header) {
    Snapshots.Header.Builder wire =
        Snapshots.Header.newBuilder()
            .setVersion(header.format())
            .setEpoch(header.epoch())
            .setTerm(header.appliedTerm())
            .setIndex(header.appliedIndex())
            .setCellTimeMicros(header.cellTimeMicros())
            .setLastSequence(header.lastSequence())
            .setTailFrom(header.tailFrom())
            .setChain(header.chain());
    if (header.activeFormat() > Entry.BASE_FORMAT) {
      wire.setActiveFormat(header.activeFormat());
    }
    if (!header.retention().isNone()) {
      wire.setRetention(Encode.retention(header.retention()));
    }
    if (!header.controlled().equals(Controlled.NONE)) {
      wire.setControlled(ControlCodec.write(header.controlled()));
    }
    if (!header.admission().equals(Image.Admission.NONE)) {
      wire.setAdmission(TermsCodec.write(header.admission()));
    }
    if (!header.membership().equals(Membership.NONE)) {
      wire.setMembership(MembershipRecords.write(header.membership()));
    }
    header.cell().ifPresent(cell -> wire.setOwner(cell.owner().value()).setCell(cell.number()));
    header.executor().ifPresent(executor -> wire.setExecutor(Words.write(executor)));
    return wire.build();
  }

  static Image.Header read(Snapshots.Header wire) {
    Optional<CellId> cell =
        Words.optional(wire.getOwner())
            .map(owner -> new CellId(new OwnerId(owner), wire.getCell()));
    Optional<Executor> executor =
        wire.hasExecutor() ? Optional.of(Words.read(wire.getExecutor())) : Optional.empty();
    return new Image.Header(
        wire.getVersion(),
        Math.max(Entry.BASE_FORMAT, wire.getActiveFormat()),
        cell,
        wire.getEpoch(),
        wire.getTerm(),
        wire.getIndex(),
        wire.getCellTimeMicros(),
        executor,
        wire.getLastSequence(),
        wire.getTailFrom(),
        wire.getChain(),
        wire.hasRetention() ? Decode.retention(wire.getRetention()) : Retention.NONE,
        ControlCodec.read(wire.getControlled()),
        wire.hasAdmission() ? TermsCodec.read(wire.getAdmission()) : Image.Admission.NONE,
        wire.hasMembership() ? MembershipRecords.read(wire.getMembership()) : Membership.NONE);
  }

  static Snapshots.Definition write(Image.Definition definition) {
    return Snapshots.Definition.newBuilder()
        .setComposition(Words.write(definition.composition()))
        .setCanonical(definition.canonical().bytes())
        .setTellsIn(definition.tellsIn().orElse(""))
        .setIncidents(definition.wantsIncidents())
        .build();
  }

  static Image.Definition read(Snapshots.Definition wire) {
    return new Image.Definition(
        Words.read(wire.getComposition()),
        Words.payload(wire.getCanonical()),
        Words.optional(wire.getTellsIn()),
        wire.getIncidents());
  }

  static Snapshots.Configured write(Image.Configured configured) {
    return Snapshots.Configured.newBuilder()
        .setAccount(Words.write(configured.account()))
        .setIndex(configured.index())
        .setTurn(configured.turn())
        .addAllLimits(configured.limits().stream().map(LimitRecords::write).toList())
        .setRetriesSpent(configured.retriesSpent())
        .build();
  }

  static Image.Configured read(Snapshots.Configured wire) {
    return new Image.Configured(
        Words.read(wire.getAccount()),
        wire.getIndex(),
        wire.getTurn(),
        wire.getLimitsList().stream().map(LimitRecords::read).toList(),
        wire.getRetriesSpent());
  }

  static Snapshots.Estimate write(Image.Estimate estimate) {
    return Snapshots.Estimate.newBuilder()
        .setFunction(estimate.function())
        .setScaledMicros(estimate.scaledMicros())
        .build();
  }

  static Image.Estimate read(Snapshots.Estimate wire) {
    return new Image.Estimate(wire.getFunction(), wire.getScaledMicros());
  }

  static Snapshots.Call write(Call call) {
    return Snapshots.Call.newBuilder()
        .setInvocation(call.id().invocation().value())
        .setNumber(call.id().number())
        .setSpec(TransitionCodec.write(call.branch(), call.spec()))
        .setSequence(call.sequence())
        .setState(
            switch (call.state()) {
              case QUEUED -> Snapshots.Call.State.QUEUED;
              case IN_FLIGHT -> Snapshots.Call.State.IN_FLIGHT;
              case LOST -> Snapshots.Call.State.LOST;
              case PAUSED -> Snapshots.Call.State.PAUSED;
              case FENCED -> Snapshots.Call.State.FENCED;
              case HELD -> Snapshots.Call.State.HELD;
            })
        .setAttempt(call.attempt())
        .setTried(call.tried())
        .setExcused(call.excused())
        .setDueMicros(call.dueMicros())
        .setQueuedMicros(call.queuedMicros())
        .setBase(call.base())
        .build();
  }

  static Call read(Snapshots.Call wire) {
    return new Call(
        new CallId(new InvocationId(wire.getInvocation()), wire.getNumber()),
        wire.getSpec().getBranch(),
        TransitionCodec.read(wire.getSpec()),
        wire.getSequence(),
        switch (wire.getState()) {
          case QUEUED -> Call.State.QUEUED;
          case IN_FLIGHT -> Call.State.IN_FLIGHT;
          case LOST -> Call.State.LOST;
          case PAUSED -> Call.State.PAUSED;
          case FENCED -> Call.State.FENCED;
          case HELD -> Call.State.HELD;
          case STATE_UNSPECIFIED, UNRECOGNIZED ->
              throw new UnknownFormat("unknown state of a call: " + wire.getStateValue());
        },
        wire.getAttempt(),
        wire.getTried(),
        wire.getExcused(),
        wire.getDueMicros(),
        wire.getQueuedMicros(),
        wire.getBase());
  }

  static Snapshots.Slot write(Slot slot) {
    return Snapshots.Slot.newBuilder()
        .setAttempt(Words.write(slot.attempt()))
        .setAccount(slot.account().value())
        .setScope(slot.scope())
        .setExecutor(Words.write(slot.executor()))
        .setSequence(slot.sequence())
        .setStartedIndex(slot.startedIndex())
        .setStartedMicros(slot.startedMicros())
        .setTimeoutMicros(slot.timeoutMicros())
        .setFenceMicros(slot.fenceMicros())
        .build();
  }

  static Slot read(Snapshots.Slot wire) {
    return new Slot(
        Words.read(wire.getAttempt()),
        new AccountId(wire.getAccount()),
        wire.getScope(),
        Words.read(wire.getExecutor()),
        wire.getSequence(),
        wire.getStartedIndex(),
        wire.getStartedMicros(),
        wire.getTimeoutMicros(),
        wire.getFenceMicros());
  }
}
