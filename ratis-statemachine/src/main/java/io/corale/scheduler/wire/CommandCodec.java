package io.corale.scheduler.wire;

import io.corale.model.CellId;
import io.corale.model.InvocationId;
import io.corale.model.NodeId;
import io.corale.model.OwnerId;
import io.corale.scheduler.Command;
import io.corale.wire.Decode;
import io.corale.wire.Encode;
import io.corale.wire.Log;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Translates commands; {@code SettleCodec} knows the one with outcomes. */
final class CommandCodec {
  private CommandCodec() {}

  static Log.Command write(Command command) {
    Log.Command.Builder wire = Log.Command.newBuilder();
    if (command instanceof Command.Opened opened) {
      wire.setOpened(
          Log.Opened.newBuilder()
              .setOwner(opened.cell().owner().value())
              .setCell(opened.cell().number())
              .setEpoch(opened.epoch()));
    } else if (command instanceof Command.Define define) {
      wire.setDefine(
          Log.Define.newBuilder()
              .setComposition(Words.write(define.composition()))
              .setCanonical(define.canonical().bytes())
              .setTellsIn(define.tellsIn().orElse(""))
              .setIncidents(define.wantsIncidents()));
    } else if (command instanceof Command.Configure configure) {
      wire.setConfigure(Log.Configure.newBuilder().setAccount(Words.write(configure.account())));
    } else if (command instanceof Command.Entrust entrust) {
      wire.setEntrust(Log.Entrust.newBuilder().setSecret(Encode.secret(entrust.secret())));
    } else if (command instanceof Command.Submit submit) {
      wire.setSubmit(write(submit));
    } else if (command instanceof Command.Settle settle) {
      wire.setSettle(SettleCodec.write(settle));
    } else if (command instanceof Command.Advance advance) {
      wire.setAdvance(
          Log.Advance.newBuilder()
              .setInvocation(advance.invocation().value())
              .setTransition(TransitionCodec.write(advance.transition())));
    } else if (command instanceof Command.Announce announce) {
      wire.setAnnounce(
          Log.Announce.newBuilder()
              .setEvent(Words.write(announce.event()))
              .setTo(announce.to().map(InvocationId::value).orElse(""))
              .setReceiptMicros(announce.receiptMicros()));
    } else if (command instanceof Command.Retain retain) {
      wire.setRetain(Encode.retention(retain.retention()));
    } else if (command instanceof Command.Agree agree) {
      wire.setAgree(Encode.terms(agree.terms()));
    } else if (command instanceof Command.Part part) {
      wire.setPart(
          Log.Part.newBuilder()
              .setText(Words.write(part.text()))
              .setOffset(part.offset())
              .setForNewWork(part.forNewWork())
              .setBytes(part.bytes()));
    } else if (command instanceof Command.Tick) {
      wire.setTick(Log.Tick.getDefaultInstance());
    } else if (command instanceof Command.Cancel cancel) {
      wire.setCancel(
          Log.Cancel.newBuilder()
              .setInvocation(cancel.invocation().value())
              .setReason(cancel.reason()));
    } else if (command instanceof Command.TakeOver takeOver) {
      wire.setTakeOver(Log.TakeOver.newBuilder().setExecutor(Words.write(takeOver.executor())));
    } else if (command instanceof Command.Proved proved) {
      wire.setProved(Log.Proved.newBuilder().setAttempt(Words.write(proved.attempt())));
    } else if (command instanceof Command.Crashed crashed) {
      wire.setCrashed(Log.Crashed.newBuilder().setExecutor(Words.write(crashed.executor())));
    } else if (command instanceof Command.Barrier) {
      wire.setBarrier(Log.Barrier.getDefaultInstance());
    } else if (command instanceof Command.Schedule schedule) {
      wire.setSchedule(ScheduleCodec.write(schedule));
    } else if (command instanceof Command.Aim aim) {
      wire.setAim(ScheduleCodec.write(aim));
    } else if (command instanceof Command.Halt halt) {
      wire.setHalt(ScheduleCodec.write(halt));
    } else if (command instanceof Command.Compared compared) {
      wire.setCompared(ComparedCodec.write(compared));
    } else if (command instanceof Command.Hold hold) {
      wire.setHold(ControlCodec.write(hold));
    } else if (command instanceof Command.Prioritize prioritize) {
      wire.setPrioritize(ControlCodec.write(prioritize));
    } else if (command instanceof Command.Resolve resolve) {
      wire.setResolve(IncidentRecords.write(resolve));
    } else if (command instanceof Command.Relocate relocate) {
      wire.setRelocate(MembershipRecords.write(relocate));
    } else if (command instanceof Command.Relocated relocated) {
      wire.setRelocated(MembershipRecords.write(relocated));
    } else if (command instanceof Command.Cleaned cleaned) {
      wire.setCleaned(MembershipRecords.write(cleaned));
    } else if (command instanceof Command.Check) {
      wire.setCheck(Log.Check.getDefaultInstance());
    } else if (command instanceof Command.Verdict verdict) {
      wire.setVerdict(write(verdict));
    } else if (command instanceof Command.ActivateVersion activate) {
      wire.setActivateVersion(Log.ActivateVersion.newBuilder().setFormat(activate.format()));
    }
    return wire.build();
  }

  private static Log.Verdict write(Command.Verdict verdict) {
    Log.Verdict.Builder wire =
        Log.Verdict.newBuilder()
            .setIndex(verdict.index())
            .setMembers(verdict.members())
            .setFinal(verdict.isFinal());
    verdict
        .digests()
        .forEach(
            (node, digest) ->
                wire.addMeasured(
                    Log.Verdict.Measured.newBuilder().setNode(node.value()).setDigest(digest)));
    return wire.build();
  }

  private static Log.Submit write(Command.Submit submit) {
    return Log.Submit.newBuilder()
        .setInvocation(submit.invocation().value())
        .setComposition(Words.write(submit.composition()))
        .setInput(Words.write(submit.input()))
        .setCaller(submit.caller())
        .putAllLabels(submit.labels())
        .setParent(submit.parent().map(InvocationId::value).orElse(""))
        .setServiceClass(Words.write(submit.serviceClass()))
        .setDeadlineMicros(submit.deadlineMicros())
        .setReceiptMicros(submit.receiptMicros())
        .setRankMicros(submit.rankMicros())
        .setTransition(TransitionCodec.write(submit.transition()))
        .setAcceptedWallMillis(submit.acceptedWallMillis())
        .setTraceParent(submit.traceParent())
        .setIncidents(submit.wantsIncidents())
        .build();
  }

  static Command read(Log.Command wire) {
    return switch (wire.getWhatCase()) {
      case OPENED -> opened(wire.getOpened());
      case DEFINE ->
          new Command.Define(
              Words.read(wire.getDefine().getComposition()),
              Words.payload(wire.getDefine().getCanonical()),
              Words.optional(wire.getDefine().getTellsIn()),
              wire.getDefine().getIncidents());
      case CONFIGURE -> new Command.Configure(Words.read(wire.getConfigure().getAccount()));
      case ENTRUST -> new Command.Entrust(Decode.secret(wire.getEntrust().getSecret()));
      case SUBMIT -> submit(wire.getSubmit());
      case SETTLE -> SettleCodec.read(wire.getSettle());
      case ADVANCE ->
          new Command.Advance(
              new InvocationId(wire.getAdvance().getInvocation()),
              TransitionCodec.read(wire.getAdvance().getTransition()));
      case ANNOUNCE ->
          new Command.Announce(
              Words.read(wire.getAnnounce().getEvent()),
              Words.optional(wire.getAnnounce().getTo()).map(InvocationId::new),
              wire.getAnnounce().getReceiptMicros());
      case AGREE -> new Command.Agree(Decode.terms(wire.getAgree()));
      case RETAIN -> new Command.Retain(Decode.retention(wire.getRetain()));
      case PART ->
          new Command.Part(
              Words.read(wire.getPart().getText()),
              wire.getPart().getOffset(),
              wire.getPart().getForNewWork(),
              wire.getPart().getBytes());
      case TICK -> new Command.Tick();
      case CANCEL ->
          new Command.Cancel(
              new InvocationId(wire.getCancel().getInvocation()), wire.getCancel().getReason());
      case TAKE_OVER -> new Command.TakeOver(Words.read(wire.getTakeOver().getExecutor()));
      case PROVED -> new Command.Proved(Words.read(wire.getProved().getAttempt()));
      case CRASHED -> new Command.Crashed(Words.read(wire.getCrashed().getExecutor()));
      case BARRIER -> new Command.Barrier();
      case SCHEDULE -> ScheduleCodec.read(wire.getSchedule());
      case AIM -> ScheduleCodec.read(wire.getAim());
      case HALT -> ScheduleCodec.read(wire.getHalt());
      case COMPARED -> ComparedCodec.read(wire.getCompared());
      case HOLD -> ControlCodec.read(wire.getHold());
      case PRIORITIZE -> ControlCodec.read(wire.getPrioritize());
      case RESOLVE -> IncidentRecords.read(wire.getResolve());
      case RELOCATE -> MembershipRecords.read(wire.getRelocate());
      case RELOCATED -> MembershipRecords.read(wire.getRelocated());
      case CLEANED -> MembershipRecords.read(wire.getCleaned());
      case CHECK -> new Command.Check();
      case VERDICT -> verdict(wire.getVerdict());
      case ACTIVATE_VERSION -> new Command.ActivateVersion(wire.getActivateVersion().getFormat());
      case WHAT_NOT_SET ->
          throw new UnknownFormat(
              "unknown command, fields "
                  + wire.getUnknownFields().asMap().keySet()
                  + ": written by a newer build");
    };
  }

  private static Command opened(Log.Opened wire) {
    return new Command.Opened(
        new CellId(new OwnerId(wire.getOwner()), wire.getCell()), wire.getEpoch());
  }

  private static Command verdict(Log.Verdict wire) {
    Map<NodeId, Long> digests = new LinkedHashMap<>();
    wire.getMeasuredList().forEach(m -> digests.put(new NodeId(m.getNode()), m.getDigest()));
    return new Command.Verdict(wire.getIndex(), wire.getMembers(), wire.getFinal(), digests);
  }

  private static Command submit(Log.Submit wire) {
    return new Command.Submit(
        new InvocationId(wire.getInvocation()),
        Words.read(wire.getComposition()),
        Words.read(wire.getInput()),
        wire.getCaller(),
        new TreeMap<>(wire.getLabelsMap()),
        Words.optional(wire.getParent()).map(InvocationId::new),
        Words.read(wire.getServiceClass()),
        wire.getDeadlineMicros(),
        wire.getReceiptMicros(),
        wire.getRankMicros(),
        TransitionCodec.read(wire.getTransition()),
        wire.getAcceptedWallMillis(),
        wire.getTraceParent(),
        wire.getIncidents());
  }
}
