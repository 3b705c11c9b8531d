import { expect, test } from 'vitest'
import { remaining, schedule } from './schedule.ts'

test('recipes take turns, and another one begins each time', () => {
  const orders = schedule({ recipes: ['usual', 'tuned', 'regrow'], trials: new Map([['power-loss', 2], ['switchover', 1]]) })
  expect(orders.map(({ fault, recipe, trial }) => `${trial} ${fault} ${recipe}`)).toEqual([
    '1 power-loss usual', '1 power-loss tuned', '1 power-loss regrow',
    '1 switchover tuned', '1 switchover regrow', '1 switchover usual',
    '2 power-loss tuned', '2 power-loss regrow', '2 power-loss usual',
  ])
})

test('nothing is wanted when no trials are', () => {
  expect(schedule({ recipes: ['usual'], trials: new Map() })).toEqual([])
})

test('what is done is not done again', () => {
  const [usual, regrow] = [{ fault: 'switchover', recipe: 'usual', trial: 1 }, { fault: 'switchover', recipe: 'regrow', trial: 1 }] as const
  expect(remaining([usual, regrow], [{ ...usual }])).toEqual([regrow])
})
