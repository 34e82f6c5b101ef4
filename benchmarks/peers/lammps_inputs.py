# SPDX-License-Identifier: MIT
"""The simulations timed in LAMMPS. Coefficients are of textbook kind, good for timing and not for physics."""

from dataclasses import dataclass

import crystal
import lammps_data

SNAP_MODEL = "SNAP_ChenDengTran_2017_Mo__MO_698578166685_000"


@dataclass(frozen=True)
class Simulation:
    key: str
    name: str
    atoms: int
    setup: str  # commands up to the first run
    data: str  # a data file, read as `data`
    warm_up: int  # steps before those timed
    steps: int

    def input(self, quick):
        """The whole input; a quick one has a fifth of the steps."""
        warm_up, steps = (max(2, count // 5) if quick else count for count in (self.warm_up, self.steps))
        return f"""{self.setup.strip()}
neigh_modify every 1 delay 5 check yes
thermo 1000000
fix motion all nve
run {warm_up}
{"unfix bath" if "fix bath" in self.setup else ""}
reset_timestep 0
run {steps}
print "temperature $(temp)"
"""


def buckingham(barium, titanium, oxygen):
    """Ba-O, Ti-O and O-O terms (eV, Å) between atoms of these types."""
    return f"""pair_coeff * * 0 1 0
pair_coeff {barium} {oxygen} 905.7 0.3976 0
pair_coeff {titanium} {oxygen} 754.2 0.3879 0
pair_coeff {oxygen} {oxygen} 22764.3 0.1490 27.88"""


RIGID_ION = f"""
units metal
atom_style charge
pair_style buck/coul/long 10
kspace_style pppm 1e-4
read_data data
{buckingham(1, 2, 3)}
neighbor 2 bin
timestep 0.001
velocity all create 300 4928
fix bath all langevin 300 300 0.05 771
"""

# Springs are stiff, so that shells stay with their cores.
CORE_SHELL = f"""
units metal
atom_style full
pair_style buck/coul/long/cs 10
bond_style harmonic
kspace_style pppm 1e-4
read_data data
{buckingham(4, 5, 6)}
bond_coeff 1 300 0
bond_coeff 2 500 0
bond_coeff 3 200 0
neighbor 2 bin
comm_modify vel yes
timestep 0.0002
velocity all create 300 4928
group cores type 1 2 3
fix bath cores langevin 300 300 0.02 771
"""


def water_setup(styles, oxygen):
    return f"""
units real
atom_style full
{styles}
bond_style harmonic
angle_style harmonic
read_data data
pair_coeff * * 0 0
pair_coeff 1 1 {oxygen}
bond_coeff 1 450 {lammps_data.OH_LENGTH}
angle_coeff 1 55 {lammps_data.HOH_ANGLE}
neighbor 2 bin
timestep 1
minimize 0 1e-3 60 120
velocity all create 300 4928
fix rigid all shake 1e-4 20 0 b 1 a 1
fix bath all langevin 300 300 50 771
"""


# Oxygen: epsilon (kcal/mol) and sigma (Å); the values of TIP3P are those for long-range Coulomb forces.
TIP3P = water_setup("pair_style lj/cut/coul/long 10\nkspace_style pppm 1e-4", "0.102 3.188")
TIP4P = water_setup("pair_style lj/cut/tip4p/long 1 2 1 1 0.1546 8.5\nkspace_style pppm/tip4p 1e-4", "0.1852 3.1589")


def lattice(units, kind, cells, mass):
    return f"""
units {units}
lattice {kind}
region box block 0 {cells[0]} 0 {cells[1]} 0 {cells[2]}
create_box 1 box
create_atoms 1 box
mass 1 {mass}
"""


def lennard_jones(cells):
    return lattice("lj", "fcc 0.8442", cells, 1) + """
velocity all create 1.44 4928
pair_style lj/cut 2.5
pair_coeff 1 1 1 1 2.5
neighbor 0.3 bin
"""


def snap(cells):
    box = lattice("metal", "bcc 3.16", cells, 95.94).replace("units metal\n", f"kim init {SNAP_MODEL} metal\n")
    return box + """
kim interactions Mo
velocity all create 600 4928
neighbor 1 bin
timestep 0.0005
"""


def simulations():
    small, large = crystal.SMALL_CELLS, crystal.LARGE_CELLS
    rigid_ion = ("rigid_ion", "BaTiO3, rigid ions, 10 Å, PPPM")
    core_shell = ("core_shell", "BaTiO3, cores and shells, 10 Å, PPPM")
    tip3p = ("tip3p", "water, TIP3P, 10 Å, PPPM")
    tip4p = ("tip4p", "water, TIP4P/2005, 8.5 Å, PPPM")
    melt = ("lennard_jones", "Lennard-Jones melt, 2.5 sigma")
    spectral = ("snap", "molybdenum, SNAP through pair_style kim")
    return [
        Simulation(*rigid_ion, 160, RIGID_ION, lammps_data.rigid_ions(small), 300, 1500),
        Simulation(*rigid_ion, 10240, RIGID_ION, lammps_data.rigid_ions(large), 10, 30),
        Simulation(*core_shell, 160, CORE_SHELL, lammps_data.cores_and_shells(small), 100, 400),
        Simulation(*core_shell, 10240, CORE_SHELL, lammps_data.cores_and_shells(large), 2, 10),
        Simulation(*tip3p, 192, TIP3P, lammps_data.water(4, 0.415), 300, 1500),
        Simulation(*tip3p, 2187, TIP3P, lammps_data.water(9, 0.415), 60, 150),
        Simulation(*tip4p, 192, TIP4P, lammps_data.water(4, 0.5564), 300, 1500),
        Simulation(*tip4p, 2187, TIP4P, lammps_data.water(9, 0.5564), 60, 150),
        Simulation(*melt, 160, lennard_jones((2, 4, 5)), "", 500, 20000),
        Simulation(*melt, 10240, lennard_jones((16, 16, 10)), "", 100, 300),
        Simulation(*spectral, 160, snap((4, 4, 5)), "", 5, 100),
        Simulation(*spectral, 10240, snap((16, 16, 20)), "", 2, 8),
    ]
