package io.corale.scheduler.wire;

import io.corale.model.InvocationId;
import io.corale.scheduler.Announced;
import io.corale.scheduler.Ear;
import io.corale.scheduler.Ears;
import io.corale.scheduler.Mail;
import io.corale.scheduler.Signal;
import io.corale.wire.Snapshots;

/** Translates the records of a snapshot that concern events. */
final class EventRecords {
  private EventRecords() {}

  static Snapshots.Mail write(Mail mail) {
    return Snapshots.Mail.newBuilder()
        .setSequence(mail.sequence())
        .setEvent(Words.write(mail.event()))
        .setDepth(mail.depth())
        .build();
  }

  static Mail read(Snapshots.Mail wire) {
    return new Mail(wire.getSequence(), Words.read(wire.getEvent()), wire.getDepth());
  }

  static Snapshots.Ear write(Ear ear) {
    Snapshots.Ear.Builder wire =
        Snapshots.Ear.newBuilder()
            .setNumber(ear.number())
            .setSequence(ear.sequence())
            .setOffered(ear.offered())
            .setOverflowing(ear.isOverflowing());
    ear.subscriptions().forEach(each -> wire.addSubscriptions(Words.write(each)));
    ear.mailbox().forEach(mail -> wire.addMailbox(write(mail)));
    return wire.build();
  }

  static Ear read(Snapshots.Ear wire) {
    return new Ear(
        wire.getNumber(),
        wire.getSequence(),
        wire.getSubscriptionsList().stream().map(Words::read).toList(),
        wire.getMailboxList().stream().map(EventRecords::read).toList(),
        wire.getOffered(),
        wire.getOverflowing());
  }

  static Snapshots.Hearing write(Ears.Hearing hearing) {
    return Snapshots.Hearing.newBuilder()
        .setEar(hearing.ear())
        .setLeftMicros(hearing.leftMicros())
        .build();
  }

  static Ears.Hearing read(Snapshots.Hearing wire) {
    return new Ears.Hearing(wire.getEar(), wire.getLeftMicros());
  }

  static Snapshots.Signal.Heard write(Signal.Heard heard) {
    return Snapshots.Signal.Heard.newBuilder()
        .setEar(heard.ear())
        .setEvent(Words.write(heard.event()))
        .setKept(heard.kept())
        .build();
  }

  static Signal.Heard read(Snapshots.Signal.Heard wire) {
    return new Signal.Heard(wire.getEar(), Words.read(wire.getEvent()), wire.getKept());
  }

  static Snapshots.Announced write(Announced announced) {
    return Snapshots.Announced.newBuilder()
        .setSource(announced.key().source())
        .setId(announced.key().id())
        .setTo(announced.key().to().map(InvocationId::value).orElse(""))
        .setSequence(announced.sequence())
        .setUntilMicros(announced.untilMicros())
        .setReached(announced.reached())
        .build();
  }

  static Announced read(Snapshots.Announced wire) {
    return new Announced(
        new Announced.Key(
            wire.getSource(), wire.getId(), Words.optional(wire.getTo()).map(InvocationId::new)),
        wire.getSequence(),
        wire.getUntilMicros(),
        wire.getReached());
  }
}
