package io.corale.scheduler.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.corale.model.AttemptId;
import io.corale.model.CallId;
import io.corale.model.InvocationId;
import io.corale.model.Outcome;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Command;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.RandomLog;
import io.corale.sim.Seeds;
import io.corale.wire.Log;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is written into a log is what comes out of it. */
class EntryCodecTest {
  @Seeds(5)
  void readsWhatItWrote(long seed) {
    RandomLog log = new RandomLog(new Random(seed));
    OwnerScheduler scheduler = new OwnerScheduler();
    for (int i = 0; i < 200; i++) {
      RandomLog.Written written = i == 0 ? log.first() : log.next();

      assertThat(EntryCodec.decode(EntryCodec.encode(written.entry()))).isEqualTo(written.entry());
      for (Command command : written.entry().commands()) {
        int size = CommandCodec.write(command).getSerializedSize();
        assertThat(EntryCodec.sizeBytes(command)).isBetween(size, size + 1_000);
      }
      Applied applied = written.to(scheduler);
      log.saw(applied);
    }
  }

  @Test
  void boundsAPauseThatNoCountCanHold() {
    AttemptId attempt = new AttemptId(new CallId(new InvocationId("a"), 1), 1);
    Outcome throttled = new Outcome.Throttled("x", Duration.ofSeconds(Long.MAX_VALUE));
    Command.Settle settle = new Command.Settle(attempt, throttled, 0, 0, Optional.empty());

    Command.Settle read = SettleCodec.decode(SettleCodec.encode(settle));

    assertThat(((Outcome.Throttled) read.outcome()).retryAfter()).isEqualTo(Duration.ofDays(365));
  }

  /** Rule 36: what a newer build wrote is named and not skipped. */
  @Test
  void namesAVersionThatItDoesNotKnow() {
    ByteString bytes = Log.Entry.newBuilder().setVersion(3).build().toByteString();

    assertThatThrownBy(() -> EntryCodec.decode(bytes))
        .isInstanceOf(UnknownFormat.class)
        .hasMessage("log entry of format 3; this build knows 1 to 2");
  }

  /** Rule 36: the same for a command. */
  @Test
  void namesACommandThatItDoesNotKnow() {
    UnknownFieldSet newer =
        UnknownFieldSet.newBuilder()
            .addField(77, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
            .build();
    ByteString bytes =
        Log.Entry.newBuilder()
            .setVersion(1)
            .addCommands(Log.Command.newBuilder().setUnknownFields(newer))
            .build()
            .toByteString();

    assertThatThrownBy(() -> EntryCodec.decode(bytes))
        .isInstanceOf(UnknownFormat.class)
        .hasMessageContaining("unknown command, fields [77]");
  }

  @Test
  void namesBytesThatAreNoEntry() {
    for (String bytes : List.of("junk", "\u0001\u0002")) {
      assertThatThrownBy(() -> EntryCodec.decode(ByteString.copyFromUtf8(bytes)))
          .isInstanceOf(UnknownFormat.class);
    }
  }
}
