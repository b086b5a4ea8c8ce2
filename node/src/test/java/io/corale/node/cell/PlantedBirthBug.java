package io.corale.node.cell;

/** Bugs that the simulation of births must find: each takes a rule of births out. */
enum PlantedBirthBug {
  NOTHING(0),
  /** A cell that is born again keeps its epoch, and with it its group id. */
  EPOCH_STAYS(1),
  /** A record is replaced whatever stands there. */
  REPLACES_WITHOUT_COMPARING(2),
  /** A first record is written over another one. */
  CREATES_OVER_ANOTHER(2),
  /** A node creates what a former life of it was asked for. */
  ANY_LIFE_CREATES(2),
  /** A superpeer acknowledges without having opened its record. */
  OPENS_WITHOUT_ASKING(2),
  /** A group that is open is finished as one that is born. */
  OPEN_IS_FINISHED(2),
  /** A node does not look at what it holds before it creates. */
  DIRECTORY_NOT_LOOKED_AT(3);

  private final int rule;

  PlantedBirthBug(int rule) {
    this.rule = rule;
  }

  int rule() {
    return rule;
  }
}
