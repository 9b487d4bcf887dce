import { Chart } from 'cdk8s';
import { Proof, RouteReflectorRegion } from '../../lib';
import { region } from '../../test-support/examples';
import { describeRefusals } from './cases';

const addProof = (props: any) => (chart: Chart) => {
  new RouteReflectorRegion(chart, 'core', region);
  new Proof(chart, 'proof', props);
};

describeRefusals('proofs', [
  [
    'a kind of finding that there is not',
    addProof({ findings: { losses: 'error' } }),
    'test/proof: findings: got "losses: …", want another name: ',
    'did you mean loss?',
  ],
  [
    'a severity that there is not',
    addProof({ findings: { loss: 'fatal' } }),
    'test/proof: findings.loss: got "fatal", want "error", "warning" or { accept: "a reason" }',
  ],
  [
    'a finding that is accepted for no reason',
    addProof({ findings: { loss: { accept: ' ' } } }),
    'test/proof: findings.loss.accept: got " ", want a reason, on one line',
  ],
  [
    'a finding that is accepted of a region that there is not',
    addProof({ findings: { lossOnFailure: { accept: 'it is new', parts: ['cor'] } } }),
    'test/proof: findings.lossOnFailure.parts[0]: got "cor", want a region or pair of the app: core',
  ],
  [
    'a license for nobody',
    addProof({ license: { peers: 0 } }),
    'test/proof: license.peers: got 0, want a whole number',
  ],
  [
    'an unknown prop',
    addProof({ licensed: {} }),
    'test/proof: props: got "licensed: …", want another name: did you mean license?',
  ],
  [
    'a second one in an app',
    (chart) => {
      addProof({})(chart);
      new Proof(chart, 'again', {});
    },
    'test/again: props: got {}, want one Proof in an app: test/proof is there already',
  ],
]);
