package io.corale.scheduler.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.CompositionRef;
import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.scheduler.Command;
import io.corale.scheduler.Command.Resolve.Resolution;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Image;
import io.corale.scheduler.Incident;
import io.corale.scheduler.IncidentLog;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.Transition;
import io.corale.scheduler.Transition.RunSpec;
import io.corale.scheduler.Transition.Step;
import io.corale.scheduler.Uncaught;
import io.corale.wire.Log;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How failures that wait for a person are written, and from which format on (ADR 39). */
class IncidentCodecTest {
  private static final InvocationId ID = new InvocationId("a");
  private static final CompositionRef OTHER = new CompositionRef("b", "1.0.0");

  private static OwnerScheduler applied(List<Entry> entries) {
    OwnerScheduler scheduler = new OwnerScheduler();
    for (int i = 0; i < entries.size(); i++) {
      scheduler.apply(entries.get(i).proposer().term(), i + 1, entries.get(i));
    }
    return scheduler;
  }

  private static Command run(boolean isTried) {
    RunSpec spec = new RunSpec(OTHER, Payload.NULL, true, 1, 2, "/do/0", isTried);
    return new Command.Advance(ID, new Transition(List.of(), List.of(new Step.Run(0, spec))));
  }

  @Test
  void everyEntryComesBackFromTheWire() {
    for (Entry entry : IncidentLog.entries()) {
      assertThat(EntryCodec.decode(EntryCodec.encode(entry))).isEqualTo(entry);
    }
  }

  @Test
  void noCommandTakesMoreThanItsSize() {
    for (Entry entry : IncidentLog.entries()) {
      for (Command command : entry.commands()) {
        assertThat(EntryCodec.sizeBytes(command))
            .isGreaterThanOrEqualTo(CommandCodec.write(command).getSerializedSize());
      }
    }
  }

  /** Rule 36: an older build would pass over it. */
  @Test
  void writesTheEleventhFormatWhereSomethingWaits() throws IOException {
    Transition uncaught =
        new Transition(List.of(), List.of()).uncaught(new Uncaught(List.of(5, 70), true));
    List<Command> newer =
        List.of(
            new Command.Define(OTHER, Payload.NULL, Optional.empty(), true),
            new Command.Advance(ID, uncaught),
            run(true),
            new Command.Resolve(ID, 1, new Resolution.GiveUp(), "me", 2),
            new Command.Resolve(ID, 1, new Resolution.Retry(Optional.empty()), "me", 2),
            new Command.Resolve(
                ID, 1, new Resolution.Retry(Optional.of(Payload.ofJson("1"))), "me", 2));
    for (Command command : newer) {
      Entry entry = entry(command);
      assertThat(version(entry)).as(command.toString()).isEqualTo(11);
      assertThat(EntryCodec.decode(EntryCodec.encode(entry))).isEqualTo(entry);
    }
    assertThat(version(entry(run(false)))).isEqualTo(3);
    assertThat(version(entry(new Command.Advance(ID, new Transition(List.of(), List.of())))))
        .isEqualTo(1);
  }

  private static Entry entry(Command command) {
    return new Entry(IncidentLog.entries().get(0).proposer(), 0, 0, 0, false, List.of(command));
  }

  private static int version(Entry entry) throws IOException {
    return Log.Entry.parseFrom(EntryCodec.encode(entry)).getVersion();
  }

  @Test
  void aSnapshotHasAllOfThem() throws IOException {
    OwnerScheduler scheduler = applied(IncidentLog.entries());
    Image image = scheduler.image();

    Image read = ReplicasTest.decode(ReplicasTest.encode(scheduler));

    assertThat(image.incidents())
        .extracting(Incident::stage)
        .contains(Incident.Stage.CANDIDATE, Incident.Stage.OPEN, Incident.Stage.GIVEN_UP);
    assertThat(read).isEqualTo(image);
    assertThat(ReplicasTest.encode(OwnerScheduler.restore(read)))
        .isEqualTo(ReplicasTest.encode(scheduler));
  }

  /** Rule 39: a replica that has lost one differs. */
  @Test
  void theDigestTellsThem() {
    OwnerScheduler scheduler = applied(IncidentLog.entries());
    Image image = scheduler.image();
    Image other =
        new Image(
            image.header(),
            image.definitions(),
            image.accounts(),
            image.secrets(),
            image.estimates(),
            image.invocations(),
            image.branches(),
            image.calls(),
            image.slots(),
            image.schedules(),
            image.announced(),
            image.uploads(),
            image.holds(),
            image.breakers(),
            List.of());

    assertThat(StateDigest.of(other)).isNotEqualTo(StateDigest.of(image));
  }
}
