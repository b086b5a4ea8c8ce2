package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.model.OwnerId;
import io.corale.node.registry.BornMember;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rule 6: what a node remembers of its replicas, and what becomes of it when that is damaged. */
final class CellFilesTest {
  private static final CellFile HELD = file("acme");

  @TempDir Path directory;

  @Test
  void remembersHowFarALostReplicaIs() throws IOException {
    CellFiles files = new CellFiles(directory);
    List<CellFile> all =
        List.of(
            HELD,
            file("b").lost("loss"),
            file("c").awaited("wait"),
            file("d").returning(17),
            file("e").returning(17).awaited("again"),
            file("f").returning(17).held(),
            file("g").arriving(18),
            file("h").arriving(18).held(),
            file("i").left(19));
    for (CellFile each : all) {
      files.put(each);
    }

    assertThat(files.all(group -> {})).containsExactlyInAnyOrderElementsOf(all);
  }

  /** Earlier builds read as much as they can. */
  @Test
  void writesTheOldestFormatThatCanSayIt() throws IOException {
    for (CellFile each : List.of(HELD, HELD.returning(17).held(), HELD.arriving(17).held())) {
      assertThat(each.write()).contains("\"version\" : 1");
    }
    for (CellFile each : List.of(HELD.lost("loss"), HELD.awaited("wait"), HELD.returning(17))) {
      assertThat(each.write()).contains("\"version\" : 2");
    }
    for (CellFile each : List.of(HELD.arriving(17), HELD.left(17))) {
      assertThat(each.write()).contains("\"version\" : 3");
      assertThat(CellFile.read(each.write())).isEqualTo(each);
    }
    assertThatThrownBy(() -> CellFile.read(HELD.write().replace(": 1,", ": 4,")))
        .isInstanceOf(CellFile.NewerVersion.class);
  }

  /** Rule 6: while it is brought up to date it is sent configurations of old, which may name it. */
  @Test
  void isBackByALaterConfigurationThatItHasApplied() {
    CellFile returning = HELD.returning(17);

    assertThat(returning.isBackBy(names(18, true), "n1_1")).isTrue();
    assertThat(returning.isBackBy(names(17, true), "n1_1")).isFalse();
    assertThat(returning.isBackBy(names(18, false), "n1_1")).as("not there yet").isFalse();
    assertThat(returning.isBackBy(names(18, true), "n2_1")).isFalse();
    assertThat(HELD.isBackBy(names(18, true), "n1_1")).isFalse();
  }

  private static GroupConfiguration names(long index, boolean isApplied) {
    return new GroupConfiguration(Set.of("n1_1"), index, isApplied);
  }

  /** Its superpeer would count on it, and remove another one. */
  @Test
  void whatIsBackIsNotSaidToBeBeforeItsFileSaysSo() throws IOException {
    CellFiles files = new CellFiles(directory);
    CellFile returning = HELD.returning(17);
    files.put(returning);
    CellFile back = returning.held();
    Path inTheWay = directory.resolve(group(HELD) + ".json.new");
    Files.createDirectory(inTheWay);
    Files.createDirectory(inTheWay.resolve("x"));

    assertThat(files.isDurable(back)).isFalse();
    assertThatThrownBy(() -> files.keep(back)).isInstanceOf(IOException.class);
    assertThat(files.isDurable(back)).isFalse();
    Files.delete(inTheWay.resolve("x"));
    Files.delete(inTheWay);

    assertThat(files.keep(back)).isTrue();
    assertThat(files.keep(back)).as("said already").isFalse();
    assertThat(files.isDurable(back)).isTrue();
  }

  /** What it says of another matter makes no difference to that. */
  @Test
  void whatWasHeldIsSaidToBeWhereItsFileCannotBeWritten() throws IOException {
    CellFiles files = new CellFiles(directory);
    CellFile unopened = new CellFile(HELD.cell(), 1, "nonce", List.of(), false);
    files.put(unopened);
    Path inTheWay = directory.resolve(group(HELD) + ".json.new");
    Files.createDirectory(inTheWay);
    Files.createDirectory(inTheWay.resolve("x"));

    assertThatThrownBy(() -> files.keep(unopened.opened())).isInstanceOf(IOException.class);
    assertThat(files.isDurable(unopened.opened())).isTrue();
    Files.delete(inTheWay.resolve("x"));
    Files.delete(inTheWay);
    assertThat(files.keep(unopened.opened())).isTrue();
  }

  /** Else a replica that has come back would be given up at the next start. */
  @Test
  void whatCouldNotBeWrittenIsWrittenOnceItCanBe() throws IOException {
    CellFiles files = new CellFiles(directory);
    files.put(HELD.returning(17));
    Path inTheWay = directory.resolve(group(HELD) + ".json.new");
    Files.createDirectory(inTheWay);
    Files.createDirectory(inTheWay.resolve("x"));
    assertThatThrownBy(() -> files.keep(HELD)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> files.keep(HELD)).as("again").isInstanceOf(IOException.class);
    Files.delete(inTheWay.resolve("x"));
    Files.delete(inTheWay);

    files.keep(HELD);

    assertThat(new CellFiles(directory).all(group -> {})).containsExactly(HELD);
    Path written = path(HELD);
    Files.delete(written);
    files.keep(HELD);
    assertThat(written).as("nothing is written twice").doesNotExist();
  }

  /** So that a node may go back to an earlier build. */
  @Test
  void writesWhatIsHeldAsEarlierBuildsDid() throws IOException {
    assertThat(HELD.write()).contains("\"version\" : 1,").doesNotContain("state", "token");
    assertThat(HELD.awaited("x").write()).contains("\"version\" : 2,");
  }

  @Test
  void aDamagedFileCostsItsReplicaOnly() throws IOException {
    CellFiles files = new CellFiles(directory);
    files.put(HELD);
    for (String damage : List.of("", "{", "{}", "{\"version\" : 1}", "\u0000\u0000\u0000")) {
      CellFile other = file("b");
      files.put(other);
      Path hurt = path(other);
      Files.writeString(hurt, damage);
      List<String> found = new ArrayList<>();

      assertThat(files.all(found::add)).containsExactly(HELD);
      assertThat(found).containsExactly(group(other));
      assertThat(hurt).doesNotExist();
    }
  }

  /** Nothing is known of its replica: it is not opened, nor is another put in its place. */
  @Test
  void aFileThatCannotBeReadKeepsTheOthersFromNothing() throws IOException {
    CellFiles files = new CellFiles(directory);
    files.put(HELD);
    CellFile other = file("b");
    // To read a directory fails as a sick disk does.
    Files.createDirectory(directory.resolve(group(other) + ".json"));

    assertThat(files.all(group -> fail("it is not damaged"))).containsExactly(HELD);
    assertThatThrownBy(() -> files.requireRead(other)).isInstanceOf(IOException.class);
    files.requireRead(HELD);
    assertThat(files.unread(group -> fail("it is not damaged"))).isEmpty();
    assertThat(files.unreadGroups()).containsExactly(group(other));
  }

  @Test
  void whatCouldNotBeReadIsReadOnceItCanBe() throws IOException {
    CellFiles files = new CellFiles(directory);
    Path sick = directory.resolve(group(HELD) + ".json");
    Files.createDirectory(sick);
    files.all(group -> fail("it is not damaged"));
    Files.delete(sick);
    Files.writeString(sick, HELD.write());

    assertThat(files.unread(group -> fail("it is not damaged"))).containsExactly(HELD);
    assertThat(files.unread(group -> {})).as("once").isEmpty();
    assertThat(files.unreadGroups()).isEmpty();
    files.requireRead(HELD);
  }

  @Test
  void whatIsNotOursIsPassedOver() throws IOException {
    CellFiles files = new CellFiles(directory);
    files.put(HELD);
    Files.writeString(directory.resolve("copy.json"), "{");
    Files.writeString(directory.resolve("copy of " + group(HELD) + ".json"), "{");

    assertThat(files.all(group -> fail("it is not damaged"))).containsExactly(HELD);
  }

  @Test
  void aFileOfANewerBuildStopsTheNode() throws IOException {
    CellFiles files = new CellFiles(directory);
    files.put(HELD);
    Files.writeString(path(HELD), HELD.write().replace("\"version\" : 1", "\"version\" : 4"));

    assertThatThrownBy(() -> files.all(group -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("format 4; this build knows 3");
  }

  private Path path(CellFile file) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(p -> p.endsWith(group(file) + ".json")).findFirst().orElseThrow();
    }
  }

  private static String group(CellFile file) {
    return GroupIds.uuid(file.cell(), file.epoch()).toString();
  }

  private static CellFile file(String owner) {
    BornMember member = new BornMember(new Incarnation(new NodeId("n1"), 4), "n1_1", "n1:1", "");
    return new CellFile(CellId.home(new OwnerId(owner)), 1, "nonce", List.of(member), true);
  }
}
