package io.corale.node.thread;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class PatientTest {
  private final ManualTimer timer = new ManualTimer();
  private final List<String> done = new ArrayList<>();
  private boolean isFull = true;
  private final Patient patient =
      new Patient(
          task -> {
            if (isFull) {
              throw new RejectedExecutionException("full");
            }
            task.run();
          },
          timer);

  @Test
  void whatIsRefusedIsTriedAgainUntilItIsTaken() {
    patient.execute(() -> done.add("a"));
    timer.advanceMillis(50);
    timer.advanceMillis(50);
    assertThat(done).isEmpty();

    isFull = false;
    timer.advanceMillis(50);
    timer.advanceMillis(50);

    assertThat(done).containsExactly("a");
  }

  @Test
  void whatNobodyWillTakeAnyMoreIsDoneHere() {
    timer.shutdown();

    patient.execute(() -> done.add("a"));

    assertThat(done).containsExactly("a");
  }
}
